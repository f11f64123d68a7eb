/** One reward's value for one completion; null: could not be known. */
export interface RewardTerm {
  readonly name: string
  readonly weight: number
  readonly value: number | null
}

/**
 * One completion's total reward: Σ weight · value. `gated`: terms other than format count only where format is 1 (without
 * a format term gated and additive are the same).
 *
 * Null when a part that the total needs is unknown: a weight of 0, or a term behind a closed gate, needs nothing.
 */
export function combineRewards(combine: 'additive' | 'gated', terms: readonly RewardTerm[]): number | null {
  const gateClosed = combine === 'gated' && terms.some(({ name, value }) => name === 'format' && value !== 1)
  const counted = terms.filter(({ name, weight }) => weight !== 0 && (!gateClosed || name === 'format'))
  let total = 0
  for (const { weight, value } of counted) {
    if (value === null) return null
    total += weight * value
  }
  return total
}
