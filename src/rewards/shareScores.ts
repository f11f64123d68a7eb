import type { Reward, RewardInput, RewardOutput } from './Reward.js'

/** The same reward, asked once for a batch even where several rewards build on it. */
export function shareScores(reward: Reward): Reward {
  const scored = new WeakMap<readonly RewardInput[], Promise<RewardOutput[]>>()
  return {
    ...reward,
    score: (inputs, signal) => {
      const known = scored.get(inputs)
      if (known !== undefined) return known
      const scoring = reward.score(inputs, signal)
      scored.set(inputs, scoring)
      return scoring
    },
  }
}
