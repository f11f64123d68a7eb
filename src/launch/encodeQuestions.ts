import type { QuestionExample } from '../data/QuestionExample.js'
import { breathe } from '../lib/breathe.js'
import { InputError } from '../lib/InputError.js'
import type { PromptItem } from '../rollout/PromptItem.js'
import type { LabelledSequence } from '../sft/LabelledSequence.js'
import { questionPrompt } from './questionPrompt.js'
import { requireTokenizer } from './requireTokenizer.js'
import type { StageContext } from './StageContext.js'

/** A question with its prompt and its target, tokenised. */
export interface EncodedQuestion {
  readonly example: QuestionExample
  readonly item: PromptItem
  readonly sequence: LabelledSequence
}

/** Renders and tokenises questions under their gold history, and says once how many the token budget touched. */
export async function encodeQuestions(
  examples: readonly QuestionExample[],
  where: string,
  context: StageContext,
): Promise<EncodedQuestion[]> {
  if (examples.length === 0) return []
  const tokenizer = requireTokenizer(context, where)
  const encoded: EncodedQuestion[] = []
  let trimmed = 0
  let sentences = 0
  for (const example of examples) {
    await breathe(context.signal)
    const prompt = questionPrompt(example, { tokenizer, render: context.render })
    if (!prompt) continue
    encoded.push({ example, item: prompt.item, sequence: prompt.sequence })
    trimmed += Number(prompt.trimmedSentences > 0)
    sentences += prompt.trimmedSentences
  }
  const { maxPromptTokens } = context.recipe.prompt
  if (trimmed > 0) {
    context.reporter.say(
      `${where}: ${trimmed} of ${examples.length} prompts were longer than ${maxPromptTokens} tokens; ` +
        `${sentences} of their least useful sentences were left out`,
    )
  }
  const dropped = examples.length - encoded.length
  if (dropped > 0) {
    context.reporter.warn(`${where}: ${dropped} of ${examples.length} examples were dropped (prompt.onTooLong: drop)`)
  }
  if (encoded.length === 0) {
    throw new InputError(`${where}: every prompt is longer than prompt.maxPromptTokens (${maxPromptTokens}); raise it`)
  }
  return encoded
}
