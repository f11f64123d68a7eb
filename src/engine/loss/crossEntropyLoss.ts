import { countMask } from './countMask.js'
import type { LossResult } from './LossResult.js'
import type { LossRow } from './LossRow.js'
import type { CrossEntropySpec } from './LossSpec.js'

/**
 * −Σ m·w·log p and its gradient −m·w, float64. w is 1 / (labels of the whole step), or, sequence by sequence,
 * 1 / (sequences of the whole step · labels of this one).
 */
export function crossEntropyLoss(
  rows: readonly Pick<LossRow, 'logprobs' | 'mask'>[],
  spec: CrossEntropySpec,
): LossResult {
  const bySequence = spec.aggregation === 'sequence'
  let loss = 0
  const gradient = rows.map(({ logprobs, mask }) => {
    const out = new Float64Array(logprobs.length)
    const divisor = bySequence ? (spec.sequences ?? rows.length) * Math.max(1, countMask(mask)) : spec.denominator
    let sum = 0
    for (let t = 0; t < logprobs.length; t++) {
      if (mask[t] === 0) continue
      sum -= logprobs[t]
      out[t] = -1 / divisor
    }
    loss += sum / divisor
    return out
  })
  return { loss, gradient, sums: {}, minima: {}, maxima: {} }
}
