import type { ChatMessage } from '../lib/ChatMessage.js'
import type { TextSpan } from './TextSpan.js'

/** A chat template, parsed once. */
export interface ChatTemplate {
  /** Where it came from, for messages about it. */
  readonly path: string
  /** Whether it says itself which text the assistant wrote, by `{% generation %}…{% endgeneration %}`. */
  readonly marksGeneration: boolean
  /**
   * The conversation as text, and what lies between the template's generation marks (none without marks).
   *
   * @throws TokenizerError with the template's words when it refuses the conversation
   */
  render(
    messages: readonly ChatMessage[],
    options: { addGenerationPrompt: boolean },
  ): { text: string; generated: TextSpan[] }
}
