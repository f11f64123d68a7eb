import type { Reward } from './Reward.js'

/** One reward and what it weighs in the total. */
export interface WeightedReward {
  readonly reward: Reward
  readonly weight: number
}

/** The rewards of a run and how they make one number. */
export interface RewardSet {
  /** additive: Σ weight · value (Fin-R1). gated: the other terms count only where format is 1. */
  readonly combine: 'additive' | 'gated'
  readonly terms: readonly WeightedReward[]
}
