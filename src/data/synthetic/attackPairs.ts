import { attackKinds } from './attackKinds.js'
import type { PairCategory } from './PairCategory.js'

/** Answers that are nothing, hedge, hide or talk to the judge, of every kind in equal parts. */
export const attackPairs: PairCategory = {
  name: 'attack',
  make: (random) => random.pick(attackKinds).make(random),
}
