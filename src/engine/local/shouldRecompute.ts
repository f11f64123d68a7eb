import { activationBytesPerToken } from '../../model/activationBytesPerToken.js'
import { memoryUsage } from '../../ops/memoryUsage.js'
import type { Weights } from './Weights.js'

export type RecomputeChoice = 'auto' | 'always' | 'never'

/** Whether to run layers again in the backward pass; auto: where activations would take most of the memory left. */
export function shouldRecompute(choice: RecomputeChoice, { model }: Weights, tokens: number): boolean {
  if (choice !== 'auto') return choice === 'always'
  const usage = memoryUsage()
  if (!usage) return false
  // The other fifth is for gradients on their way and for what the logits take.
  return tokens * activationBytesPerToken(model.config) > 0.8 * (usage.budgetBytes - usage.usedBytes)
}
