import { attackPairs } from './attackPairs.js'
import { numberPairCategories } from './numberPairCategories.js'
import type { PairCategory } from './PairCategory.js'
import { textPairCategories } from './textPairCategories.js'

// What rules cannot decide and a small model is slow to learn: meanings to remember, orders to compare.
const hard = new Set([
  'statements',
  'comparisons',
  'abbreviations',
  'lists of names',
  'causes',
  'changes by an amount',
  'dates',
  'ranges',
  'attack',
])

/** Every kind of pair, drawn with equal weight; the hard ones four times as often. */
export const pairCategories: readonly PairCategory[] = [
  ...numberPairCategories,
  ...textPairCategories,
  attackPairs,
].flatMap((kind) => (hard.has(kind.name) ? [kind, kind, kind, kind] : [kind]))
