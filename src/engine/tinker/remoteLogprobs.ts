import type { TrainGroup } from '../Engine.js'
import { readLogprobs } from './readLogprobs.js'
import type { ShiftedSequence } from './shiftSequence.js'
import type { TinkerSession } from './createTinkerSession.js'
import { wireBatch } from './wireBatch.js'
import { wireDatum } from './wireDatum.js'

/** Log p of every completion token under a model, in the completions' order; 0 where there is no label. */
export async function remoteLogprobs(
  session: TinkerSession,
  model: string,
  groups: readonly TrainGroup[],
  signal?: AbortSignal,
): Promise<number[][]> {
  const { sequences } = wireBatch(groups)
  const sent = sequences.filter(hasLabels)
  // A server never answers a call without data.
  if (sent.length === 0) return sequences.map(({ places }) => places.map(() => 0))
  const data = sent.map((sequence) => wireDatum(sequence, { weights: sequence.places.map(() => 1) }))
  const body = { forward_input: { data, loss_fn: 'cross_entropy' } }
  const result = await session.call('forward', model, body, { repeatable: true, signal })
  const found = readLogprobs('forward', result, sent)
  let next = 0
  return sequences.map((sequence) => (hasLabels(sequence) ? found[next++] : sequence.places.map(() => 0)))
}

const hasLabels = ({ labels }: ShiftedSequence) => labels > 0
