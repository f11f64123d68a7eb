import type { Reward } from './Reward.js'

/**
 * DAPO's soft overlong punishment (Yu et al. 2025, eq. 13): 0 up to maxLength − buffer tokens, then falling evenly to −1
 * at maxLength, −1 past it.
 */
export function overlongReward({ maxLength, buffer }: { readonly maxLength: number; readonly buffer: number }): Reward {
  return {
    name: 'overlong',
    best: null,
    score: async (inputs) =>
      inputs.map(({ tokens }) => {
        const over = tokens - (maxLength - buffer)
        return { value: over <= 0 ? 0 : -Math.min(1, over / buffer) }
      }),
  }
}
