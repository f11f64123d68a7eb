import { activationBytesPerToken } from '../../model/activationBytesPerToken.js'
import { keepsHalfMlp } from '../../model/keepsHalfMlp.js'
import { memoryUsage } from '../../ops/memoryUsage.js'
import type { Weights } from './Weights.js'

export type RecomputeChoice = 'auto' | 'always' | 'never'

/** Whether to run layers again in the backward pass; auto: where activations would take most of the memory left. */
export function shouldRecompute(choice: RecomputeChoice, { model, adapter }: Weights, tokens: number): boolean {
  if (choice !== 'auto') return choice === 'always'
  const usage = memoryUsage()
  if (!usage) return false
  // The other fifth is for gradients on their way and for what the logits take.
  const perToken = activationBytesPerToken(model.config, { halfMlp: keepsHalfMlp(model, adapter) })
  return tokens * perToken > 0.8 * (usage.budgetBytes - usage.usedBytes)
}
