import type { PolicyLossSpec } from './LossSpec.js'

/** What a completion's Σ m·l is multiplied by on its way into the step's loss. */
export function aggregationWeight(spec: PolicyLossSpec, tokens: number, microBatchTokens: number): number {
  const { sequences, maxCompletionLength, microBatchShare } = spec.denominators
  switch (spec.lossType) {
    case 'grpo':
    case 'sapo':
      return 1 / (sequences * Math.max(tokens, 1))
    case 'bnpo':
      return microBatchShare / Math.max(microBatchTokens, 1)
    case 'dr_grpo':
      return 1 / (sequences * maxCompletionLength)
    case 'luspo':
      return 1 / sequences
    case 'dapo':
    case 'cispo':
    case 'vespo':
      return 1 / spec.denominators.tokens
  }
}
