import { FintuneError } from '../../lib/FintuneError.js'
import { aggregationWeight } from './aggregationWeight.js'
import { countMask } from './countMask.js'
import type { LossResult } from './LossResult.js'
import type { LossRow } from './LossRow.js'
import type { PolicyLossSpec } from './LossSpec.js'
import { StatisticsTally } from './StatisticsTally.js'
import { policyTerm } from './policyTerm.js'
import { vespoWeight } from './vespoWeight.js'

/**
 * A policy-gradient loss over completions, its exact gradient with respect to every log p, and statistics; float64.
 *
 * Ratio r = exp(log p − old) per token, or exp(Σ m(log p − old)/Σ m) per completion (GSPO); `old` null is log p without
 * gradient. A token's loss is policyTerm, times min(exp(old − sampler), cap) where truncated importance sampling is on
 * (vespo takes that into its own weight), plus β·k3, k3 = e^(ref − log p) − (ref − log p) − 1, itself times r with its
 * gradient where klBiasCorrection is on. Aggregation over the step: see aggregationWeight.
 *
 * Statistics, sums over counted tokens unless said:
 * kl · ratio (also minima, maxima) · logpDifference |old − sampler| (maxima) and importanceRatio (minima, maxima), with
 * their count samplerTokens · clipLow, clipHigh, clipRegion, cispoClip with their count clipCount (completions at
 * sequence level, else tokens; minima.clipLow and maxima.clipHigh are shares of one completion) · vespoPhi and sequences
 * (a completion each).
 *
 * @throws FintuneError where β is not 0 and a completion has no reference log p
 */
export function policyLoss(rows: readonly LossRow[], spec: PolicyLossSpec): LossResult {
  const tally = new StatisticsTally()
  const counts = rows.map((row) => countMask(row.mask))
  const microBatchTokens = counts.reduce((sum, count) => sum + count, 0)
  let loss = 0
  const gradient = rows.map((row, i) => {
    const weight = aggregationWeight(spec, counts[i], microBatchTokens)
    const result = rowLoss(row, counts[i], spec, tally)
    loss += weight * result.sum
    return result.gradient.map((value) => weight * value)
  })
  return { loss, gradient, sums: tally.sums, minima: tally.minima, maxima: tally.maxima }
}

/** Σ m·l of one completion and its gradient. */
function rowLoss(row: LossRow, count: number, spec: PolicyLossSpec, tally: StatisticsTally) {
  const tokens = Array.from({ length: row.logprobs.length }, (_, t) => t).filter((t) => row.mask[t] !== 0)
  const old = row.old ?? row.logprobs
  const logRatios = tokens.map((t) => row.logprobs[t] - old[t])
  const sequenceLevel = spec.importanceSamplingLevel === 'sequence'
  const meanLogRatio = logRatios.reduce((sum, value) => sum + value, 0) / Math.max(count, 1)
  const ratios = logRatios.map((value) => Math.exp(sequenceLevel ? meanLogRatio : value))
  const samplerWeights = samplerWeightsOf(row, tokens, spec, tally)
  const phi = vespoPhi(row, logRatios, samplerWeights, spec, tally)

  const gradient = new Float64Array(row.logprobs.length)
  let sum = 0
  let bySequenceRatio = 0
  tokens.forEach((t, i) => {
    const ratio = ratios[i]
    const logprob = row.logprobs[t]
    const term = policyTerm(spec, { ratio, logprob, advantage: row.advantage, phi })
    const weight = spec.lossType === 'vespo' ? 1 : samplerWeights[i]
    const kl = klTerm(row, t, ratio, spec, tally)
    sum += weight * term.loss + spec.beta * kl.value
    const byRatio = weight * term.byRatio + spec.beta * kl.byRatio
    gradient[t] = weight * term.byLogprob + spec.beta * kl.byLogprob + (sequenceLevel ? 0 : byRatio * ratio)
    bySequenceRatio += byRatio
  })
  if (sequenceLevel)
    for (let i = 0; i < tokens.length; i++) gradient[tokens[i]] += (bySequenceRatio * ratios[i]) / count
  tallyRatios(ratios, Math.exp(meanLogRatio), row.advantage, spec, tally)
  return { sum, gradient }
}

function klTerm(row: LossRow, t: number, ratio: number, spec: PolicyLossSpec, tally: StatisticsTally) {
  if (row.ref === null) {
    if (spec.beta === 0) return { value: 0, byRatio: 0, byLogprob: 0 }
    throw new FintuneError(`the policy loss has beta ${spec.beta}, so every completion needs refLogprobs; one has none`)
  }
  const difference = row.ref[t] - row.logprobs[t]
  const k3 = Math.exp(difference) - difference - 1
  const slope = 1 - Math.exp(difference)
  const kl = spec.klBiasCorrection
    ? { value: k3 * ratio, byRatio: k3, byLogprob: slope * ratio }
    : { value: k3, byRatio: 0, byLogprob: slope }
  tally.add('kl', kl.value)
  // A KL that only is looked at must not make 0 · ∞ of the loss.
  return spec.beta === 0 ? { value: 0, byRatio: 0, byLogprob: 0 } : kl
}

/** min(exp(old − sampler), cap) of each counted token, 1 where it is off or the sampler's log p is unknown. */
function samplerWeightsOf(
  row: LossRow,
  tokens: readonly number[],
  spec: PolicyLossSpec,
  tally: StatisticsTally,
): number[] {
  const { sampler } = row
  if (sampler === null) return tokens.map(() => 1)
  const old = row.old ?? row.logprobs
  return tokens.map((t) => {
    const difference = old[t] - sampler[t]
    const ratio = Math.min(Math.exp(difference), spec.truncatedImportanceSampling ?? Infinity)
    tally.add('samplerTokens', 1)
    tally.add('logpDifference', Math.abs(difference))
    tally.highest('logpDifference', Math.abs(difference))
    tally.add('importanceRatio', ratio)
    tally.lowest('importanceRatio', ratio)
    tally.highest('importanceRatio', ratio)
    return spec.truncatedImportanceSampling === null ? 1 : ratio
  })
}

function vespoPhi(
  row: LossRow,
  logRatios: readonly number[],
  samplerWeights: readonly number[],
  spec: PolicyLossSpec,
  tally: StatisticsTally,
): number {
  tally.add('sequences', 1)
  if (spec.lossType !== 'vespo') return 1
  const samplerLogRatio = samplerWeights.reduce((sum, weight) => sum + Math.log(weight), 0)
  const phi = vespoWeight(logRatios, samplerLogRatio, row.advantage)
  tally.add('vespoPhi', phi)
  return phi
}

function tallyRatios(
  ratios: readonly number[],
  sequenceRatio: number,
  advantage: number,
  spec: PolicyLossSpec,
  tally: StatisticsTally,
): void {
  for (const ratio of ratios) {
    tally.add('ratio', ratio)
    tally.lowest('ratio', ratio)
    tally.highest('ratio', ratio)
  }
  if (spec.lossType === 'sapo' || spec.lossType === 'vespo') return
  const counted = spec.importanceSamplingLevel === 'sequence' ? [sequenceRatio] : ratios
  tally.add('clipCount', counted.length)
  if (spec.lossType === 'cispo') {
    tally.add('cispoClip', counted.filter((ratio) => ratio > spec.epsilonHigh && advantage > 0).length)
    return
  }
  const low = counted.filter((ratio) => ratio < 1 - spec.epsilonLow && advantage < 0).length
  const high = counted.filter((ratio) => ratio > 1 + spec.epsilonHigh && advantage > 0).length
  tally.add('clipLow', low)
  tally.add('clipHigh', high)
  tally.add('clipRegion', low + high)
  if (ratios.length === 0) return
  tally.lowest('clipLow', low / counted.length)
  tally.highest('clipHigh', high / counted.length)
}
