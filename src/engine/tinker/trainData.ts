import { FintuneError } from '../../lib/FintuneError.js'
import { aggregationWeight } from '../loss/aggregationWeight.js'
import { countMask } from '../loss/countMask.js'
import type { LossRow } from '../loss/LossRow.js'
import type { LossSpec, PolicyLossSpec } from '../loss/LossSpec.js'
import type { Json } from './createTinkerClient.js'
import type { WireLoss } from './expressLoss.js'
import { lossOf } from '../loss/lossOf.js'
import type { ShiftedSequence } from './shiftSequence.js'
import type { Reduction } from './TinkerEngineOptions.js'
import { wireDatum } from './wireDatum.js'

/**
 * A forward_backward's data: sequences with weights or advantages so that what the server makes of them has our gradient.
 *
 * With c = ∂(our loss)/∂log p: a tokenSum server adds −advantage·∇log p of every token, so advantage = −c. A sequenceMean
 * server divides each sequence's sum by its length W (weights are not sent, so every position counts) and by the number N of
 * sequences of the whole step, so advantage = −c·W·N. A positive factor passes through PPO's minimum and clip unchanged.
 *
 * @param rows of the whole micro-batch; log p fresh where the loss is importance_sampling, else of no account
 * @param chosen which of them are sent
 * @param stepSequences N, over all micro-batches
 */
export function trainData(
  sequences: readonly ShiftedSequence[],
  rows: readonly LossRow[],
  spec: LossSpec,
  options: { loss: WireLoss['loss']; reduction: Reduction; stepSequences: number; chosen: readonly number[] },
): Json[] {
  const { loss, reduction, stepSequences, chosen } = options
  const factorOf = ({ targets }: ShiftedSequence) => (reduction === 'tokenSum' ? 1 : targets.length * stepSequences)
  if (loss === 'cross_entropy') {
    const weights = reduction === 'tokenSum' ? lossOf(rows, spec).gradient.map((row) => row.map((c) => -c)) : null
    // Under sequenceMean the server's own mean is what was asked for: a weight of 1 a label.
    return chosen.map((i) => wireDatum(sequences[i], { weights: weights?.[i] ?? rows[i].mask }))
  }
  if (loss === 'importance_sampling') {
    const { gradient } = lossOf(rows, spec)
    return chosen.map((i) => {
      const advantages = gradient[i].map((c) => -c * factorOf(sequences[i]))
      return wireDatum(sequences[i], { logprobs: rows[i].logprobs, advantages })
    })
  }
  if (spec.type !== 'policy') throw new FintuneError(`${loss} is a policy loss`)
  const tokens = rows.reduce((sum, { mask }) => sum + countMask(mask), 0)
  return chosen.map((i) => {
    const share = aggregationWeight(spec, countMask(rows[i].mask), tokens) * factorOf(sequences[i])
    const advantages = samplerWeights(rows[i], spec).map((weight) => weight * share * rows[i].advantage)
    return wireDatum(sequences[i], { logprobs: behaviour(rows[i]), advantages })
  })
}

/** What the ratio compares with: the old policy's log p, or, on-policy, what the sampler reported. */
function behaviour({ old, sampler }: LossRow): ArrayLike<number> {
  const known = old ?? sampler
  if (known) return known
  throw new FintuneError('a clipped ratio needs old log p, and the completion has neither those nor the sampler’s')
}

/** min(exp(old − sampler), cap) a token, 1 where truncated importance sampling is off; constants for the gradient. */
function samplerWeights({ old, sampler, mask }: LossRow, spec: PolicyLossSpec): number[] {
  const cap = spec.truncatedImportanceSampling
  return Array.from({ length: mask.length }, (_, t) =>
    cap === null || !old || !sampler ? 1 : Math.min(Math.exp(old[t] - sampler[t]), cap),
  )
}
