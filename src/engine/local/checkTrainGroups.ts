import { FintuneError } from '../../lib/FintuneError.js'
import { InputError } from '../../lib/InputError.js'
import type { TrainCompletion, TrainGroup } from '../Engine.js'

/**
 * Finds what would otherwise fail deep in a kernel.
 * @throws InputError for a token outside the vocabulary or a sequence longer than maxLength; FintuneError for arrays whose
 * length is not the completion's
 */
export function checkTrainGroups(
  groups: readonly TrainGroup[],
  { vocabSize, maxLength }: { vocabSize: number; maxLength: number },
): void {
  groups.forEach((group, g) => {
    checkTokens(group.prompt, vocabSize, `group ${g}, prompt`)
    group.completions.forEach((completion, c) => {
      const where = `group ${g}, completion ${c}`
      checkTokens(completion.tokens, vocabSize, where)
      checkTokens(
        (completion.labels ?? []).filter((label) => label !== -100),
        vocabSize,
        `${where}, labels`,
      )
      checkLengths(completion, where)
      const length = group.prompt.length + completion.tokens.length
      if (length > maxLength) {
        throw new InputError(
          `${where}: found ${length} tokens with its prompt; allowed are ${maxLength} (model.maxLength). ` +
            'Shorten the prompt or the completion, or raise model.maxLength if the model allows it.',
        )
      }
    })
  })
}

function checkTokens(tokens: readonly number[], vocabSize: number, where: string): void {
  const bad = tokens.findIndex((token) => !Number.isInteger(token) || token < 0 || token >= vocabSize)
  if (bad < 0) return
  throw new InputError(
    `${where}, position ${bad}: found token ${tokens[bad]}; this model's vocabulary has ids 0 to ${vocabSize - 1}. ` +
      'Does the tokenizer belong to the model?',
  )
}

function checkLengths(completion: TrainCompletion, where: string): void {
  for (const name of ['labels', 'oldLogprobs', 'refLogprobs', 'samplerLogprobs'] as const) {
    const found = completion[name]?.length
    if (found === undefined || found === completion.tokens.length) continue
    throw new FintuneError(`${where}, ${name}: found ${found} values for ${completion.tokens.length} tokens`)
  }
}
