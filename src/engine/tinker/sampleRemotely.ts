import { InputError } from '../../lib/InputError.js'
import { keyedRandom } from '../../lib/keyedRandom.js'
import type { Completion, SampleParams, SamplePrompt } from '../Engine.js'
import type { Json } from './createTinkerClient.js'
import type { TinkerSession } from './createTinkerSession.js'
import { TinkerError } from './TinkerError.js'

/**
 * Completions of each prompt, all prompts at once (the client bounds what is on its way). Servers report log p at
 * temperature 1 whatever they sample at. Each prompt's seed hangs on its key alone.
 *
 * @throws InputError for a prompt that is empty, too long or outside the vocabulary: such ones break some servers for good
 */
export async function sampleRemotely(
  session: TinkerSession,
  samplingSession: string,
  prompts: readonly SamplePrompt[],
  params: SampleParams,
  limits: { vocabSize: number; maxLength: number },
): Promise<Completion[][]> {
  const progress = { tokens: 0, finished: 0, sequences: prompts.length * params.numGenerations }
  prompts.forEach(({ tokens }, p) => requirePrompt(tokens, p, limits))
  return Promise.all(
    prompts.map(async ({ tokens, key }) => {
      const maxTokens = Math.min(params.maxTokens, limits.maxLength - tokens.length)
      const result = await session.sample(
        {
          sampling_session_id: samplingSession,
          num_samples: params.numGenerations,
          prompt: { chunks: [{ type: 'encoded_text', tokens }] },
          sampling_params: samplingParams(params, maxTokens, keyedRandom(params.seed, ...key).integer(2 ** 30)),
          type: 'sample',
        },
        params.signal,
      )
      const completions = readSequences(result, params)
      progress.finished += completions.length
      progress.tokens += completions.reduce((sum, completion) => sum + completion.tokens.length, 0)
      params.onProgress?.({ ...progress })
      return completions
    }),
  )
}

/** The wire takes stop strings or stop tokens; with strings, the tokens are watched for here. */
function samplingParams(params: SampleParams, maxTokens: number, seed: number): Json {
  const { temperature, topP, topK, stop, stopTokenIds } = params
  const stops = stop.length > 0 ? stop : stopTokenIds
  return {
    max_tokens: maxTokens,
    temperature,
    top_p: topP,
    top_k: topK === 0 ? -1 : topK,
    seed,
    ...(stops.length > 0 ? { stop: stops } : {}),
  }
}

function readSequences(result: Json, params: SampleParams): Completion[] {
  const { sequences } = result as { sequences?: { tokens?: unknown; logprobs?: unknown; stop_reason?: unknown }[] }
  if (!Array.isArray(sequences) || sequences.length !== params.numGenerations) {
    const found = Array.isArray(sequences) ? `${sequences.length} sequences` : 'no sequences'
    throw new TinkerError('asample', 'failed', 200, `asample: found ${found}, asked for ${params.numGenerations}`)
  }
  return sequences.map(({ tokens, logprobs, stop_reason: reason }) => {
    if (!Array.isArray(tokens) || !Array.isArray(logprobs) || logprobs.length !== tokens.length) {
      throw new TinkerError('asample', 'failed', 200, 'asample: a sequence without tokens and as many log p')
    }
    const values = logprobs.map((value: unknown) => (typeof value === 'number' ? value : NaN))
    const end = tokens.findIndex((token) => params.stopTokenIds.includes(token as number))
    if (end < 0) return { tokens, logprobs: values, finishReason: reason === 'stop' ? 'stop' : 'length' }
    return { tokens: tokens.slice(0, end + 1), logprobs: values.slice(0, end + 1), finishReason: 'stop' }
  })
}

function requirePrompt(
  tokens: readonly number[],
  p: number,
  { vocabSize, maxLength }: { vocabSize: number; maxLength: number },
): void {
  if (tokens.length === 0) throw new InputError(`prompt ${p} is empty; a model continues at least one token`)
  if (tokens.length >= maxLength) {
    throw new InputError(
      `prompt ${p} has ${tokens.length} tokens, which leaves no room in ${maxLength} (model.maxLength)`,
    )
  }
  const bad = tokens.find((token) => !Number.isInteger(token) || token < 0 || token >= vocabSize)
  if (bad === undefined) return
  throw new InputError(`prompt ${p} holds token ${bad}; this model's vocabulary has ids 0 to ${vocabSize - 1}`)
}
