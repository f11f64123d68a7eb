import type { Rollout } from '../rollout/Rollout.js'
import { groupAdvantages } from './groupAdvantages.js'
import type { GrpoOptions } from './GrpoOptions.js'

/** The rollouts with the advantages of their rewards, normalised as the loss options say. */
export function withAdvantages(
  rollouts: readonly Rollout[],
  options: Pick<GrpoOptions['loss'], 'scaleRewards' | 'multiObjectiveAggregation' | 'rewardWeights'>,
): Rollout[] {
  const { scaleRewards, multiObjectiveAggregation: aggregation, rewardWeights } = options
  const separately = aggregation === 'normalize_then_sum'
  const names = Object.keys(rewardWeights)
  const rewards = rollouts.map(({ completions }) =>
    completions.map(({ reward, rewards }) => (separately ? names.map((name) => rewards[name] ?? null) : [reward])),
  )
  const { advantages } = groupAdvantages(rewards, {
    scaleRewards,
    aggregation,
    rewardWeights: separately ? Object.values(rewardWeights) : [1],
  })
  return rollouts.map((rollout, g) => ({
    ...rollout,
    completions: rollout.completions.map((completion, i) => ({ ...completion, advantage: advantages[g][i] })),
  }))
}
