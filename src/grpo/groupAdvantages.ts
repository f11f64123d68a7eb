import { sum } from '../lib/sum.js'

export interface AdvantageOptions {
  /** What the difference from the group's mean is divided by: the group's std, the whole batch's, or nothing (Dr. GRPO). */
  readonly scaleRewards: 'group' | 'batch' | 'none'
  /** One weight a reward function. */
  readonly rewardWeights: readonly number[]
  /** sum_then_normalize (default), or normalize_then_sum: each function is normalised in its group before the sum. */
  readonly aggregation?: 'sum_then_normalize' | 'normalize_then_sum'
}

export interface GroupAdvantages {
  /** The weighted reward of each completion; null: no function gave one. [groups][completions] */
  readonly rewards: (number | null)[][]
  /** 0 where there is no reward, and exactly 0 throughout a group of equal rewards. [groups][completions] */
  readonly advantages: number[][]
  /** Mean and Bessel-corrected std over all completions that have a reward (0 where there is none). */
  readonly rewardMean: number
  readonly rewardStd: number
  /** Share of groups without spread (scale batch: 1 if the whole batch has none, else 0). */
  readonly fracRewardZeroStd: number
}

/** Kept from dividing by zero; GRPO's and TRL's value. */
const EPSILON = 1e-4

/**
 * GRPO advantages, A = (R − mean) / (std + 1e-4), std Bessel-corrected, the mean always the group's own.
 * R = Σ weight·reward over the functions that gave one; a completion without any (null) is left out of mean and std.
 * normalize_then_sum: z = Σ weight·(r − group mean)/(group std + 1e-4) per function, then (z − mean)/(std + 1e-4) over the
 * batch, whatever scaleRewards is.
 *
 * @param rewards one reward a function, null where the function gave none. [groups][completions][functions]
 */
export function groupAdvantages(
  rewards: readonly (readonly (readonly (number | null)[])[])[],
  { scaleRewards, rewardWeights, aggregation = 'sum_then_normalize' }: AdvantageOptions,
): GroupAdvantages {
  const totals = rewards.map((group) => group.map((row) => weightedSum(row, rewardWeights)))
  const batch = spreadOf(totals.flat())
  const spreads = totals.map(spreadOf)
  const zeroGroups = spreads.filter((spread) => spread.std === 0).length
  return {
    rewards: totals,
    advantages:
      aggregation === 'normalize_then_sum'
        ? normalizeThenSum(rewards, totals, rewardWeights)
        : totals.map((group, g) => {
            const divisor = { group: spreads[g].std + EPSILON, batch: batch.std + EPSILON, none: 1 }[scaleRewards]
            return group.map((total) => (total === null ? 0 : (total - spreads[g].mean) / divisor))
          }),
    rewardMean: batch.mean,
    rewardStd: batch.std,
    fracRewardZeroStd: scaleRewards === 'batch' ? Number(batch.std === 0) : zeroGroups / Math.max(1, totals.length),
  }
}

function weightedSum(row: readonly (number | null)[], weights: readonly number[]): number | null {
  if (row.every((value) => value === null)) return null
  return row.reduce<number>((sum, value, k) => (value === null ? sum : sum + weights[k] * value), 0)
}

function normalizeThenSum(
  rewards: readonly (readonly (readonly (number | null)[])[])[],
  totals: readonly (readonly (number | null)[])[],
  weights: readonly number[],
): number[][] {
  const scores = rewards.map((group, g) => {
    const spreads = weights.map((_, k) => spreadOf(group.map((row) => row[k])))
    return group.map((row, i) =>
      totals[g][i] === null
        ? null
        : weightedSum(
            row.map((value, k) => (value === null ? null : (value - spreads[k].mean) / (spreads[k].std + EPSILON))),
            weights,
          ),
    )
  })
  const { mean, std } = spreadOf(scores.flat())
  return scores.map((group) => group.map((score) => (score === null ? 0 : (score - mean) / (std + EPSILON))))
}

/** Mean and Bessel-corrected std of the values that are there; equal values give that value and exactly 0. */
function spreadOf(values: readonly (number | null)[]): { mean: number; std: number } {
  const present = values.filter((value): value is number => value !== null)
  const n = present.length
  if (n === 0) return { mean: 0, std: 0 }
  if (present.every((value) => value === present[0])) return { mean: present[0], std: 0 }
  const mean = sum(present) / n
  const squares = present.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { mean, std: Math.sqrt(squares / (n - 1)) }
}
