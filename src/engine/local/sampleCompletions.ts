import { FintuneError } from '../../lib/FintuneError.js'
import { InputError } from '../../lib/InputError.js'
import { keyedRandom } from '../../lib/keyedRandom.js'
import type { Completion, SampleParams, SamplePrompt } from '../Engine.js'
import { checkSamplePrompt } from './checkSamplePrompt.js'
import { planWaves } from './planWaves.js'
import { sampleWaves, type SampledSequence } from './sampleWaves.js'
import { waveLimits } from './waveLimits.js'
import type { Weights } from './Weights.js'

export interface SamplerContext {
  readonly weights: Weights
  /** Longest sequence, prompt and completion, in tokens. */
  readonly maxLength: number
  /** Text of tokens; needed where there are stop strings. */
  readonly decode?: (tokens: readonly number[]) => string
  /** As in LocalEngineOptions. */
  readonly kvCacheMiB?: number
}

/**
 * Completions of each prompt. Every distinct prompt goes through the model once a wave; all its sequences continue it
 * together and leave when they are finished; as waves end, waiting ones begin. Sequence i of a prompt draws from keyedRandom(seed, ...key, i) alone, so
 * what is sampled does not depend on what else is in the batch.
 *
 * @throws InputError for an empty prompt, one that leaves no room, or stop strings without a tokenizer; the signal's reason
 */
export async function sampleCompletions(
  context: SamplerContext,
  prompts: readonly SamplePrompt[],
  params: SampleParams,
): Promise<Completion[][]> {
  checkParams(context, params)
  const distinct = new Map<string, { index: number; tokens: readonly number[] }>()
  const sequences = prompts.flatMap((prompt, p) => {
    checkSamplePrompt(prompt, p, context)
    const text = prompt.tokens.join()
    const { index } = distinct.get(text) ?? { index: distinct.size }
    if (index === distinct.size) distinct.set(text, { index, tokens: prompt.tokens })
    const maxNew = Math.min(params.maxTokens, context.maxLength - prompt.tokens.length)
    return Array.from({ length: params.numGenerations }, (_, sample): SampledSequence => {
      const random = keyedRandom(params.seed, ...prompt.key, sample)
      return { prompt: index, maxNew, random, tokens: [], logprobs: [], finishReason: 'length' }
    })
  })
  const promptTokens = [...distinct.values()].map(({ tokens }) => tokens)
  const limits = waveLimits(context.weights.model.config, context.kvCacheMiB)
  const lengths = promptTokens.map((tokens) => tokens.length)
  const waves = planWaves(sequences, lengths, limits)
  await sampleWaves(context, promptTokens, sequences, waves, limits.cacheTokens, params)
  const completions = sequences.map(({ tokens, logprobs, finishReason }) => ({ tokens, logprobs, finishReason }))
  return prompts.map((_, p) => completions.slice(p * params.numGenerations, (p + 1) * params.numGenerations))
}

function checkParams({ decode }: SamplerContext, { stop, temperature, maxTokens }: SampleParams): void {
  if (stop.length > 0 && !decode)
    throw new InputError(
      `sampling.stop: found ${JSON.stringify(stop)}, but this model has no tokenizer to read text with. ` +
        'Add tokenizer.json to its directory, or leave stop empty.',
    )
  if (!(temperature >= 0)) throw new FintuneError(`temperature: found ${temperature}, allowed are 0 and above`)
  if (!(maxTokens >= 1)) throw new FintuneError(`maxTokens: found ${maxTokens}, allowed are 1 and above`)
}
