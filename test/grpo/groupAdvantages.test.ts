import { describe, expect, it } from 'vitest'
import { groupAdvantages } from '../../src/grpo/groupAdvantages.js'
import type { AdvantageOptions } from '../../src/grpo/groupAdvantages.js'
import { readGolden } from '../engine/readGolden.js'

interface GoldenCase {
  name: string
  num_generations: number
  scale_rewards: AdvantageOptions['scaleRewards']
  multi_objective_aggregation: AdvantageOptions['aggregation']
  reward_weights: number[]
  rewards: (number | null)[][]
  advantages: number[]
  logged: { reward: number; reward_std: number; frac_reward_zero_std: number }
}
const { cases } = readGolden<{ cases: GoldenCase[] }>('advantages.json')

function groupsOf<T>(rows: T[], size: number): T[][] {
  return Array.from({ length: rows.length / size }, (_, g) => rows.slice(g * size, (g + 1) * size))
}

describe('groupAdvantages', () => {
  it.each(cases)("$name equals trl's", (golden) => {
    const result = groupAdvantages(groupsOf(golden.rewards, golden.num_generations), {
      scaleRewards: golden.scale_rewards,
      rewardWeights: golden.reward_weights,
      aggregation: golden.multi_objective_aggregation,
    })
    result.advantages.flat().forEach((value, i) => expect(Math.abs(value - golden.advantages[i])).toBeLessThan(1e-5))
    expect(result.rewardMean).toBeCloseTo(golden.logged.reward, 5)
    expect(result.rewardStd).toBeCloseTo(golden.logged.reward_std, 5)
    expect(result.fracRewardZeroStd).toBeCloseTo(golden.logged.frac_reward_zero_std, 5)
  })

  it('gives 1.49970 and −0.49990 for rewards [1, 0, 0, 0]', () => {
    const { advantages } = groupAdvantages([[[1], [0], [0], [0]]], { scaleRewards: 'group', rewardWeights: [1] })
    expect(advantages[0].map((a) => a.toFixed(5))).toEqual(['1.49970', '-0.49990', '-0.49990', '-0.49990'])
  })

  it('gives exactly 0 where all rewards of a group are equal, though their mean would round', () => {
    const { advantages } = groupAdvantages([[[0.1], [0.1], [0.1]]], { scaleRewards: 'group', rewardWeights: [1] })
    expect(advantages).toEqual([[0, 0, 0]])
  })

  it('leaves a completion without reward out: advantage 0, the rest as if it were not there', () => {
    const options = { scaleRewards: 'group', rewardWeights: [1, 1] } as const
    const { advantages, rewards } = groupAdvantages(
      [
        [
          [1, 0],
          [null, null],
          [0, 0],
          [null, 3],
        ],
      ],
      options,
    )
    expect(rewards).toEqual([[1, null, 0, 3]])
    const { advantages: without } = groupAdvantages(
      [
        [
          [1, 0],
          [0, 0],
          [null, 3],
        ],
      ],
      options,
    )
    expect(advantages[0].filter((_, i) => i !== 1)).toEqual(without[0])
    expect(advantages[0][1]).toBe(0)
  })

  it('survives a batch in which nothing could be scored', () => {
    const result = groupAdvantages([[[null], [null]]], { scaleRewards: 'group', rewardWeights: [1] })
    expect(result).toEqual({
      rewards: [[null, null]],
      advantages: [[0, 0]],
      rewardMean: 0,
      rewardStd: 0,
      fracRewardZeroStd: 1,
    })
  })
})
