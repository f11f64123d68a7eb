import { keyedRandom } from '../../lib/keyedRandom.js'
import type { ClusterAssumptions } from './ClusterAssumptions.js'
import type { ModelShape } from './ModelShape.js'
import { sum } from '../../lib/sum.js'

export interface SamplingLoad {
  readonly prompts: number
  readonly numGenerations: number
  readonly promptTokens: number
  readonly maxCompletionLength: number
}

export interface SimulatedSampling {
  /** Until the last completion is done. */
  readonly seconds: number
  readonly completionTokens: number
  /** Share of the replicas' time that they decode: the rest is waiting for the longest completion. */
  readonly busy: number
}

/** GPUs that one copy of the model is spread over: the fewest (a power of two) whose memory it fills to 60 % at most. */
export function gpusPerReplica({ parameters }: ModelShape, { memoryBytes }: ClusterAssumptions): number {
  let gpus = 1
  while (2 * parameters > 0.6 * memoryBytes * gpus) gpus *= 2
  return gpus
}

/**
 * Simulates continuous batching of one generation batch: completions' lengths are drawn (log-normal, cut at the longest
 * allowed, keyed), dealt to replicas, and decoded token by token for all that fit a replica's memory at once; whoever is
 * finished makes room for who waits. A decoding step takes as long as reading weights and caches, or as its arithmetic.
 *
 * @param gpus at least gpusPerReplica
 */
export function simulateSampling(
  load: SamplingLoad,
  gpus: number,
  model: ModelShape,
  assumed: ClusterAssumptions,
): SimulatedSampling {
  const span = gpusPerReplica(model, assumed)
  const replicas = Math.floor(gpus / span)
  const lengths = drawLengths(load, assumed)
  const dealt = Array.from({ length: replicas }, (_, r) => lengths.filter((_, i) => i % replicas === r))
  const times = dealt.map((own) => replicaSeconds(own, load, span, model, assumed))
  const seconds = Math.max(...times)
  return {
    seconds,
    completionTokens: sum(lengths),
    busy: sum(times) / (seconds * replicas),
  }
}

function drawLengths(
  load: SamplingLoad,
  { meanCompletionShare, completionSigma: sigma }: ClusterAssumptions,
): number[] {
  const random = keyedRandom('plan', 'lengths')
  const center = Math.log(meanCompletionShare * load.maxCompletionLength) - sigma ** 2 / 2
  return Array.from({ length: load.prompts * load.numGenerations }, () =>
    Math.max(1, Math.min(load.maxCompletionLength, Math.round(Math.exp(center + sigma * random.normal())))),
  )
}

function replicaSeconds(
  lengths: readonly number[],
  load: SamplingLoad,
  span: number,
  model: ModelShape,
  assumed: ClusterAssumptions,
): number {
  const weightBytes = 2 * model.parameters
  const room = 0.9 * assumed.memoryBytes * span - weightBytes
  const perSequence = model.kvBytesPerToken * (load.promptTokens + load.maxCompletionLength)
  const slots = Math.max(1, Math.floor(room / perSequence))
  const prefills = Math.ceil(lengths.length / load.numGenerations)
  const arithmetic = assumed.flops * span * assumed.trainingUse
  let seconds = (2 * model.parameters * load.promptTokens * prefills) / arithmetic

  const waiting = [...lengths]
  const begin = (count: number, now: number) =>
    waiting.splice(0, count).map((length) => ({ began: now, end: now + length }))
  let now = 0 // decoding steps since the first
  let active = begin(slots, now)
  while (active.length > 0) {
    const next = Math.min(...active.map(({ end }) => end)) - now
    const context = active.reduce((sum, { began }) => sum + load.promptTokens + now - began + next / 2, 0)
    const reading = (weightBytes + context * model.kvBytesPerToken) / (assumed.bandwidth * span * assumed.decodingUse)
    const computing = (2 * model.parameters * active.length) / arithmetic
    seconds += next * (Math.max(reading, computing) + assumed.decodeOverheadS)
    now += next
    const left = active.filter(({ end }) => end > now)
    active = [...left, ...begin(active.length - left.length, now)]
  }
  return seconds
}
