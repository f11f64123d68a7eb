import type { LossStats, TrainGroup } from '../Engine.js'
import { crossEntropyLoss } from '../loss/crossEntropyLoss.js'
import type { LossRow } from '../loss/LossRow.js'
import type { LossSpec } from '../loss/LossSpec.js'
import { policyLoss } from '../loss/policyLoss.js'
import type { MeasuredCompletion } from './MeasuredCompletion.js'

/** The loss of a micro-batch from its measured log p, with ∂loss/∂log p. gradient [groups][completions][tokens] */
export function groupsLoss(
  groups: readonly TrainGroup[],
  measured: readonly (readonly MeasuredCompletion[])[],
  spec: LossSpec,
): { gradient: Float64Array[][]; stats: Omit<LossStats, 'tokens'> } {
  const rows = groups.flatMap((group, g) =>
    group.completions.map((completion, c): LossRow => {
      const { logprobs, mask } = measured[g][c]
      const { oldLogprobs: old = null, refLogprobs: ref = null, samplerLogprobs: sampler = null } = completion
      return { logprobs, mask, old, ref, sampler, advantage: completion.advantage ?? 0 }
    }),
  )
  const result = spec.type === 'crossEntropy' ? crossEntropyLoss(rows, spec) : policyLoss(rows, spec)
  const all = measured.flat()
  let next = 0
  return {
    gradient: measured.map((group) => group.map(() => result.gradient[next++])),
    stats: {
      loss: result.loss,
      lossTokens: sumOf(all.map(({ mask }) => mask)),
      sums: {
        ...result.sums,
        entropy: sumOf(all.map(({ entropy }) => entropy)),
        correct: sumOf(all.map(({ correct }) => correct)),
      },
      minima: result.minima,
      maxima: result.maxima,
      logprobs: measured.map((group) => group.map(({ logprobs }) => Array.from(logprobs))),
    },
  }
}

function sumOf(arrays: readonly (Float64Array | Uint8Array)[]): number {
  let sum = 0
  for (const values of arrays) for (const value of values) sum += value
  return sum
}
