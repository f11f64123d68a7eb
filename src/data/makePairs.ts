import type { PairExample } from './PairExample.js'
import { keyedRandom } from '../lib/keyedRandom.js'
import { pairCategories } from './synthetic/pairCategories.js'

/** Pairs number `offset` to `offset + examples` of gold and given answers; half of them, about, say the same. */
export function makePairs(options: { seed: number; examples: number; offset?: number }): PairExample[] {
  return Array.from({ length: options.examples }, (_, index) => {
    const number = (options.offset ?? 0) + index
    const random = keyedRandom('pairs', options.seed, number)
    const { name, make } = random.pick(pairCategories)
    return { kind: 'pair', id: `pairs-${options.seed}/${number}`, category: name, ...make(random) }
  })
}
