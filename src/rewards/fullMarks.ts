import { combineRewards } from './combineRewards.js'
import type { RewardSet } from './RewardSet.js'

/** The total of a completion that gets the best of every term with a positive weight: what a gold answer must score. */
export function fullMarks({ combine, terms }: RewardSet): number {
  const best = terms.map(({ reward, weight }) => ({
    name: reward.name,
    weight,
    value: weight > 0 ? (reward.best ?? 0) : 0,
  }))
  return combineRewards(combine, best) as number
}
