import { InputError } from '../../lib/InputError.js'
import type { SamplePrompt } from '../Engine.js'
import type { SamplerContext } from './sampleCompletions.js'

/** @throws InputError for a prompt that is empty, leaves no room for an answer, or holds ids that the model lacks */
export function checkSamplePrompt(
  { tokens }: Pick<SamplePrompt, 'tokens'>,
  index: number,
  { maxLength, weights }: SamplerContext,
): void {
  const { vocabSize } = weights.model.config
  if (tokens.length === 0) throw new InputError(`prompt ${index} is empty; sampling needs at least one token.`)
  if (tokens.length >= maxLength)
    throw new InputError(
      `prompt ${index} has ${tokens.length} tokens, which leaves no room for an answer within ${maxLength} ` +
        '(model.maxLength). Lower prompt.maxPromptTokens, or raise model.maxLength if the model allows it.',
    )
  const bad = tokens.findIndex((token) => !Number.isInteger(token) || token < 0 || token >= vocabSize)
  if (bad >= 0)
    throw new InputError(
      `prompt ${index}, position ${bad}: found token ${tokens[bad]}; this model's vocabulary has ids 0 to ` +
        `${vocabSize - 1}. Does the tokenizer belong to the model?`,
    )
}
