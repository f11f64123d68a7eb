import { FintuneError } from '../lib/FintuneError.js'
import type { Rollout } from '../rollout/Rollout.js'

/**
 * What KL takes off each completion's reward: β · Σ_t (log p_old − log p_ref), the estimate of KL(old ‖ reference) over the
 * completion that needs its own tokens alone (unbiased; a single one may be below 0). [groups][completions]
 */
export function klPenalties(rollouts: readonly Rollout[], beta: number): number[][] {
  return rollouts.map(({ completions }) =>
    completions.map(({ oldLogprobs, samplerLogprobs, refLogprobs }) => {
      const old = oldLogprobs ?? samplerLogprobs
      if (!old || !refLogprobs)
        throw new FintuneError('a KL in the reward needs log p of the old policy and the reference')
      return beta * old.reduce((sum, value, t) => sum + value - refLogprobs[t], 0)
    }),
  )
}
