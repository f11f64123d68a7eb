import type { ChatMessage } from '../../lib/ChatMessage.js'
import type { JudgePair } from '../Judge.js'

/** How a judge is asked about a pair. */
export interface JudgePrompt {
  /** Changes with every word, so that verdicts of different prompts are never mixed. */
  readonly version: string
  /** Whether the question is shown. */
  readonly readsQuestion: boolean
  render(pair: JudgePair): ChatMessage[]
}
