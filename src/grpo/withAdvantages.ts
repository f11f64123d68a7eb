import type { Rollout } from '../rollout/Rollout.js'
import { groupAdvantages } from './groupAdvantages.js'
import type { GrpoOptions } from './GrpoOptions.js'

/**
 * The rollouts with the advantages of their rewards, normalised as the loss options say; `penalties` are taken off the
 * rewards before (the rewards themselves stay as they were given). [groups][completions]
 */
export function withAdvantages(
  rollouts: readonly Rollout[],
  options: Pick<GrpoOptions['loss'], 'scaleRewards' | 'multiObjectiveAggregation' | 'rewardWeights'>,
  penalties: readonly (readonly number[])[] | null = null,
): Rollout[] {
  const { scaleRewards, multiObjectiveAggregation: aggregation, rewardWeights } = options
  const separately = aggregation === 'normalize_then_sum'
  const names = Object.keys(rewardWeights)
  const penalized = (reward: number | null, g: number, i: number) =>
    reward === null || penalties === null ? reward : reward - penalties[g][i]
  const rewards = rollouts.map(({ completions }, g) =>
    completions.map(({ reward, rewards }, i) =>
      separately ? names.map((name) => rewards[name] ?? null) : [penalized(reward, g, i)],
    ),
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
