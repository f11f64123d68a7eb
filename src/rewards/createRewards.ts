import type { Verifier } from '../verifier/Verifier.js'
import { accuracyReward } from './accuracyReward.js'
import { formatReward } from './formatReward.js'
import type { RewardSet } from './RewardSet.js'

/** A recipe's `rewards`, in plain words. */
export interface RewardOptions {
  readonly combine: 'additive' | 'gated'
  readonly terms: readonly { readonly type: 'format' | 'accuracy'; readonly weight: number }[]
}

/** The rewards a recipe names, bound to its verifier. */
export function createRewards({ combine, terms }: RewardOptions, verifier: Verifier): RewardSet {
  const make = { format: formatReward, accuracy: () => accuracyReward(verifier) }
  return { combine, terms: terms.map(({ type, weight }) => ({ reward: make[type](), weight })) }
}
