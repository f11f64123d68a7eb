import type { Reward } from './Reward.js'

export interface LengthRewardOptions {
  /** Tokens at which the curve ends. */
  readonly maxLength: number
  /** Of right answers: the value at full length and at none. */
  readonly minValueCorrect: number
  readonly maxValueCorrect: number
  /** Of wrong answers: the value at none and at full length, where longer thinking costs less. */
  readonly minValueWrong: number
  readonly maxValueWrong: number
}

/**
 * The cosine length reward (Yeo et al. 2025, "Demystifying long chain-of-thought", eq. 1): right answers earn more the
 * shorter they are, wrong ones lose less the longer they are, between its ends along half a cosine:
 * end + (start − end) · (1 + cos(π · length / maxLength)) / 2. Past maxLength as at it. Unknown where correctness is.
 */
export function lengthReward(accuracy: Reward, options: LengthRewardOptions): Reward {
  return {
    name: 'length',
    best: null,
    score: async (inputs, signal) => {
      const correct = await accuracy.score(inputs, signal)
      return inputs.map(({ tokens }, i) => {
        const { value } = correct[i]
        if (value === null) return { value }
        const [start, end] =
          value === 1
            ? [options.maxValueCorrect, options.minValueCorrect]
            : [options.minValueWrong, options.maxValueWrong]
        const progress = Math.min(1, tokens / options.maxLength)
        return { value: end + ((start - end) * (1 + Math.cos(Math.PI * progress))) / 2 }
      })
    },
  }
}
