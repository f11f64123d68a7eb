import { keyedRandom } from '../lib/keyedRandom.js'
import type { PairExample } from './PairExample.js'
import { attackKinds } from './synthetic/attackKinds.js'
import { numberPairCategories } from './synthetic/numberPairCategories.js'
import type { PairCategory } from './synthetic/PairCategory.js'
import { textPairCategories } from './synthetic/textPairCategories.js'

/** The pairs a verifier is measured by, whose labels are known because of how they were made. */
export interface BenchPairs {
  /** Every category in equal parts. */
  readonly pairs: PairExample[]
  /** Answers that must not be accepted, every kind in equal parts; `category` is the kind. */
  readonly attacks: PairExample[]
}

/** Of the attacks, how many for each hundred pairs. */
const attackShare = 0.15

/**
 * Makes the bench set of a seed: numbers in all writings, choices, dates, programs, and texts, each category as often as
 * any other, and the attacks apart.
 */
export function makeBenchPairs({ seed, examples }: { seed: number; examples: number }): BenchPairs {
  return {
    pairs: inTurn('bench', seed, examples, [...numberPairCategories, ...textPairCategories]),
    attacks: inTurn('bench-attack', seed, Math.ceil(examples * attackShare), attackKinds),
  }
}

function inTurn(what: string, seed: number, count: number, kinds: readonly PairCategory[]): PairExample[] {
  return Array.from({ length: count }, (_, index) => {
    const { name, make } = kinds[index % kinds.length]
    const pair = make(keyedRandom(what, seed, index))
    return { kind: 'pair', id: `${what}-${seed}/${index}`, category: name, ...pair }
  })
}
