import { keyedRandom } from '../lib/keyedRandom.js'
import type { PairExample } from './PairExample.js'
import { SeenPairs } from './SeenPairs.js'
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

/** How often another pair is drawn: of what there are only some dozens (yes and no, A to D) none may be left. */
const draws = 40

export interface BenchOptions {
  readonly seed: number
  readonly examples: number
  /** Pairs that a judge was trained on: others are taken where there are any. Default: none. */
  readonly seen?: Pick<SeenPairs, 'has'>
}

/**
 * Makes the bench set of a seed: numbers in all writings, choices, dates, programs, and texts, each category as often as
 * any other, and the attacks apart.
 */
export function makeBenchPairs({ seed, examples, seen = SeenPairs.none() }: BenchOptions): BenchPairs {
  const draw = (what: string, count: number, kinds: readonly PairCategory[]) =>
    Array.from({ length: count }, (_, index): PairExample => {
      const { name, make } = kinds[index % kinds.length]
      const random = keyedRandom(what, seed, index)
      const pair = unseen(() => make(random), seen)
      return { kind: 'pair', id: `${what}-${seed}/${index}`, category: name, ...pair }
    })
  return {
    pairs: draw('bench', examples, [...numberPairCategories, ...textPairCategories]),
    attacks: draw('bench-attack', Math.ceil(examples * attackShare), attackKinds),
  }
}

/** The first pair drawn, or in its stead the first unseen one of the same label, so that labels keep their balance. */
function unseen(make: () => Made, seen: Pick<SeenPairs, 'has'>): Made {
  const first = make()
  let pair = first
  for (let drawn = 1; drawn <= draws; drawn++) {
    if (pair.equivalent === first.equivalent && !seen.has(pair)) return pair
    pair = make()
  }
  return first
}

type Made = ReturnType<PairCategory['make']>
