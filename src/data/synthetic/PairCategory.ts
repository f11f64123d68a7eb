import type { KeyedRandom } from '../../lib/keyedRandom.js'

/** A gold and a given answer whose verdict is known because of how they were made. */
export interface MadePair {
  readonly gold: string
  readonly answer: string
  readonly equivalent: boolean
}

/** A kind of difference between answers that a judge must see or see through. */
export interface PairCategory {
  readonly name: string
  readonly make: (random: KeyedRandom) => MadePair
}
