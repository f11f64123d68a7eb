import { meanAndStd } from '../metrics/meanAndStd.js'
import type { Rollout } from '../rollout/Rollout.js'
import { groupAdvantages } from './groupAdvantages.js'

/** What a batch of scored rollouts says of itself, under TRL's names. Unknown rewards take no part; what is not known is absent. */
export function rolloutMetrics(
  rollouts: readonly Rollout[],
  scaleRewards: 'group' | 'batch' | 'none',
): Record<string, number> {
  return { ...rewardMetrics(rollouts, scaleRewards), ...lengthMetrics(rollouts) }
}

function rewardMetrics(rollouts: readonly Rollout[], scaleRewards: 'group' | 'batch' | 'none'): Record<string, number> {
  const totals = rollouts.map(({ completions }) => completions.map(({ reward }) => [reward]))
  if (totals.flat(2).every((reward) => reward === null)) return {}
  const { rewardMean, rewardStd, fracRewardZeroStd } = groupAdvantages(totals, { scaleRewards, rewardWeights: [1] })
  const names = new Set(
    rollouts.flatMap(({ completions }) => completions.flatMap(({ rewards }) => Object.keys(rewards))),
  )
  const metrics: Record<string, number> = {
    reward: rewardMean,
    reward_std: rewardStd,
    frac_reward_zero_std: fracRewardZeroStd,
  }
  for (const name of names) {
    const values = rollouts.flatMap(({ completions }) => completions.map(({ rewards }) => rewards[name] ?? null))
    const { mean, std } = meanAndStd(values.filter((value) => value !== null))
    if (Number.isFinite(mean)) Object.assign(metrics, { [`rewards/${name}/mean`]: mean, [`rewards/${name}/std`]: std })
  }
  return metrics
}

function lengthMetrics(rollouts: readonly Rollout[]): Record<string, number> {
  const completions = rollouts.flatMap((rollout) => rollout.completions)
  const lengths = completions.map(({ tokens }) => tokens.length)
  const ended = completions.filter(({ finishReason }) => finishReason === 'stop').map(({ tokens }) => tokens.length)
  return {
    ...summary('length', lengths),
    ...summary('terminated_length', ended),
    'completions/clipped_ratio': 1 - ended.length / completions.length,
  }
}

function summary(name: string, values: readonly number[]): Record<string, number> {
  if (values.length === 0) return {}
  return {
    [`completions/mean_${name}`]: meanAndStd(values).mean,
    [`completions/min_${name}`]: Math.min(...values),
    [`completions/max_${name}`]: Math.max(...values),
  }
}
