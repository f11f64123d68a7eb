import { isWellFormed } from './isWellFormed.js'
import type { Reward } from './Reward.js'

/** Fin-R1's format reward: 1 only if the whole completion is `<think>…</think><answer>…</answer>`, else 0; never unknown. */
export function formatReward(): Reward {
  return {
    name: 'format',
    best: 1,
    score: async (inputs) => inputs.map(({ completion }) => ({ value: isWellFormed(completion) ? 1 : 0 })),
  }
}
