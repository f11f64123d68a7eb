import type { ChatMessage } from '../data/ChatMessage.js'
import type { QuestionExample } from '../data/QuestionExample.js'
import { renderExample } from '../data/render/renderExample.js'
import type { RenderOptions } from '../data/render/RenderOptions.js'
import type { PromptItem } from '../rollout/PromptItem.js'
import type { LabelledSequence } from '../sft/LabelledSequence.js'
import type { Tokenizer } from '../tokenizer/Tokenizer.js'
import { encodeChatTarget } from './encodeChatTarget.js'

/**
 * A question as the model sees it, and the sequence that teaches its answer; null where the recipe drops it as too long.
 * `ownAnswers`: what stands for the answers of earlier turns; default the gold ones.
 */
export function questionPrompt(
  example: QuestionExample,
  { tokenizer, render }: { tokenizer: Tokenizer; render: RenderOptions },
  ownAnswers?: readonly string[],
): { item: PromptItem; sequence: LabelledSequence; trimmedSentences: number } | null {
  const count = (messages: readonly ChatMessage[]) =>
    tokenizer.encodeChat(messages, { addGenerationPrompt: true }).ids.length
  const rendered = renderExample(example, render, count, ownAnswers)
  if (rendered.dropped) return null
  const { prompt: tokens, sequence } = encodeChatTarget(tokenizer, rendered.messages, rendered.target)
  const item: PromptItem = {
    id: example.id,
    tokens,
    text: tokenizer.renderChat(rendered.messages, { addGenerationPrompt: true }),
    target: rendered.target,
    gold: {
      gold: rendered.gold.text,
      question: example.question,
      ...(render.answer === 'program' ? { program: { page: example.page, goldExeAns: example.exeAns } } : {}),
    },
  }
  return { item, sequence, trimmedSentences: rendered.trimmedSentences }
}
