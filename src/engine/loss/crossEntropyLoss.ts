import type { LossResult } from './LossResult.js'
import type { LossRow } from './LossRow.js'
import type { CrossEntropySpec } from './LossSpec.js'

/** −Σ m·log p / denominator, the denominator being the whole step's label count; gradient −m/denominator. Float64. */
export function crossEntropyLoss(
  rows: readonly Pick<LossRow, 'logprobs' | 'mask'>[],
  spec: CrossEntropySpec,
): LossResult {
  let sum = 0
  const gradient = rows.map(({ logprobs, mask }) => {
    const out = new Float64Array(logprobs.length)
    for (let t = 0; t < logprobs.length; t++) {
      if (mask[t] === 0) continue
      sum -= logprobs[t]
      out[t] = -1 / spec.denominator
    }
    return out
  })
  return { loss: sum / spec.denominator, gradient, sums: {}, minima: {}, maxima: {} }
}
