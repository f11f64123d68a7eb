import type { KeyedRandom } from '../../lib/keyedRandom.js'
import type { PairCategory } from './PairCategory.js'

/**
 * A category that makes a gold answer, one that says the same and one that does not. More than half of its pairs say the
 * same, which makes up for the attacks, none of which does.
 */
export function sameOrOther(
  name: string,
  make: (random: KeyedRandom) => { gold: string; same: string; other: string },
): PairCategory {
  return {
    name,
    make: (random) => {
      const { gold, same, other } = make(random)
      const equivalent = random.uniform() < 0.54
      return { gold, answer: equivalent ? same : other, equivalent }
    },
  }
}
