import { InputError } from '../../lib/InputError.js'
import type { Json, TinkerClient } from './createTinkerClient.js'
import type { TinkerSession } from './createTinkerSession.js'
import { readGradNorm } from './readGradNorm.js'
import { readLogprobs } from './readLogprobs.js'
import { shiftSequence, type ShiftedSequence } from './shiftSequence.js'
import type { Reduction, TinkerEngineOptions } from './TinkerEngineOptions.js'
import { wireDatum } from './wireDatum.js'

/** What servers do differently, as measured. */
export interface ServerTraits {
  readonly reduction: Reduction
  /** A training request sent again under its number runs once. */
  readonly dedupes: boolean
  /** Gradients are clipped as asked; null: not measured. */
  readonly clips: boolean | null
  /** Its log p have no more digits than bfloat16 holds: so, likely, has its AdamW. */
  readonly isCoarse: boolean
}

/** Numbers this far apart, relatively, are still one. */
const tolerance = 0.03

/**
 * Measures a server on a scratch adapter, which is unloaded afterwards: how gradients are reduced (from their norms, steps
 * of learning rate 0), whether a repeated request runs twice, whether grad_clip_norm is heeded (by how far log p move).
 * With `reduction` given in the recipe that one holds.
 *
 * @throws InputError where the reduction is neither of those known
 */
export async function probeServer(
  client: TinkerClient,
  session: TinkerSession,
  options: Pick<TinkerEngineOptions, 'reduction' | 'say' | 'vocabSize'>,
): Promise<ServerTraits> {
  const model = await session.createModel()
  try {
    const probe = await createProbe(client, session, model, options.vocabSize)
    const dedupes = await probe.dedupes()
    const reduction = options.reduction === 'auto' ? await measureReduction(probe) : options.reduction
    return { reduction, dedupes, clips: await probe.clips(), isCoarse: probe.long.logprobs.every(isBfloat16) }
  } finally {
    await session.unload(model)
  }
}

/** Whether a float32 holds nothing in the lower half of its bits. */
function isBfloat16(value: number): boolean {
  return (new Uint32Array(Float32Array.of(value).buffer)[0] & 0xffff) === 0
}

type Probe = Awaited<ReturnType<typeof createProbe>>

async function measureReduction(probe: Probe): Promise<Reduction> {
  const { short, long } = probe
  const alone = await probe.norm([short])
  if (alone === null) {
    throw new InputError(
      'engine.reduction: this server tells no gradient norm, so it cannot be measured how it weighs tokens. Say it: ' +
        'sequenceMean (SkyRL: the mean over sequences of their means) or tokenSum (open-rl, the hosted service).',
    )
  }
  // Twice the same; the same in a sequence twice as long; the same beside one without advantage.
  const ratios = [
    (await probe.norm([short, short]))! / alone,
    (await probe.norm([long]))! / alone,
    (await probe.norm([short, { ...long, advantage: 0 }]))! / alone,
  ]
  const looksLike = (expected: readonly number[]) =>
    ratios.every((ratio, i) => Math.abs(ratio - expected[i]) <= tolerance * expected[i])
  if (looksLike([1, 0.5, 0.5])) return 'sequenceMean'
  if (looksLike([2, 1, 1])) return 'tokenSum'
  throw new InputError(
    `this server weighs tokens in a way that is not known here: gradients ${ratios.map((r) => r.toFixed(3)).join(', ')} times ` +
      'as long (a sequence twice; in one twice as long; beside an idle one), where sequenceMean gives 1, 0.5, 0.5 and tokenSum ' +
      '2, 1, 1. Nothing was trained: the loss would not be the recipe’s.',
  )
}

interface ProbeSequence {
  readonly sequence: ShiftedSequence
  readonly advantage: number
  readonly logprobs: readonly number[]
}

/** Requests of a few tokens to a scratch model. */
async function createProbe(client: TinkerClient, session: TinkerSession, model: string, vocabSize: number) {
  const tokens = Array.from({ length: 9 }, (_, i) => (i * 7 + 3) % vocabSize)
  const shift = (labels: number[]) =>
    shiftSequence(
      { prompt: tokens.slice(0, 1), completions: [] },
      { tokens: tokens.slice(1, 1 + labels.length), labels },
    )
  // Both learn the same four tokens after the same ones; the longer goes on with four that have no advantage.
  const [shortSequence, longSequence] = [shift(tokens.slice(1, 5)), shift(tokens.slice(1))]

  async function logprobsOf(sequence: ShiftedSequence): Promise<number[]> {
    const data = [wireDatum(sequence, { weights: sequence.places.map(() => 1) })]
    const body = { forward_input: { data, loss_fn: 'cross_entropy' } }
    const result = await session.call('forward', model, body, { repeatable: true })
    return readLogprobs('forward', result, [sequence])[0]
  }

  async function backward(sequences: readonly ProbeSequence[]): Promise<void> {
    const data = sequences.map(({ sequence, advantage, logprobs }) =>
      wireDatum(sequence, { logprobs, advantages: sequence.places.map((_, t) => (t < 4 ? advantage : 0)) }),
    )
    const body = { forward_backward_input: { data, loss_fn: 'importance_sampling' } }
    await session.call('forward_backward', model, body, { repeatable: true })
  }

  // No moments: in bfloat16 0.999 is 1, AdamW's correction divides by 0, and the NaN is in every model of the server.
  const still = { learning_rate: 0, beta1: 0, beta2: 0, eps: 1e-8, weight_decay: 0, grad_clip_norm: 1e9 }
  const step = (adamParams: Json) =>
    session.call('optim_step', model, { adam_params: adamParams, type: 'optim_step' }, { repeatable: true })

  /** The norm of the gradient of these; null where the server does not tell. */
  async function norm(sequences: readonly ProbeSequence[]): Promise<number | null> {
    await backward(sequences)
    return readGradNorm(await step(still))
  }

  const short: ProbeSequence = { sequence: shortSequence, advantage: 1, logprobs: await logprobsOf(shortSequence) }
  const long: ProbeSequence = { sequence: longSequence, advantage: 1, logprobs: await logprobsOf(longSequence) }

  return {
    short,
    long,
    norm,
    /** Two requests of one number: one future, or two? In the form that training's have; a server may know them apart. */
    async dedupes(): Promise<boolean> {
      const data = [wireDatum(shortSequence, { weights: shortSequence.places.map(() => 1) })]
      const body = { model_id: model, seq_id: 1_000_000, forward_backward_input: { data, loss_fn: 'cross_entropy' } }
      const first = await client.submit('forward_backward', body, { repeatable: true })
      const second = await client.submit('forward_backward', body, { repeatable: true })
      for (const id of new Set([first, second])) await client.retrieve('forward_backward', id)
      await step(still)
      return first === second
    },
    /** With a large eps AdamW is a plain gradient step, which a clipped gradient makes shorter. */
    async clips(): Promise<boolean | null> {
      const length = await norm([short])
      if (length === null || length === 0) return null
      const eps = 1e6
      const moved = async (clipNorm: number) => {
        const before = await logprobsOf(shortSequence)
        await backward([{ ...short, logprobs: before }])
        const rate = (0.1 * eps) / length ** 2
        await step({ learning_rate: rate, beta1: 0, beta2: 0, eps, weight_decay: 0, grad_clip_norm: clipNorm })
        const after = await logprobsOf(shortSequence)
        return after.reduce((sum, value, t) => sum + value - before[t], 0)
      }
      const free = await moved(1e9)
      return (await moved(length / 100)) < free / 2
    },
  }
}
