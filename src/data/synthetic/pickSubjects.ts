import type { KeyedRandom } from '../../lib/keyedRandom.js'
import { answerWords } from './answerWords.js'
import { inventName } from './inventName.js'
import { vocabulary } from './vocabulary.js'

/** What a statement is about: an item of a report, or something with an invented name in it. Two differ in a whole word. */
export function pickSubjects(random: KeyedRandom): [string, string] {
  const kind = random.uniform()
  if (kind < 0.7) {
    const [one, other] = random.shuffled(kind < 0.35 ? vocabulary.items : answerWords.subjects)
    return [one, other]
  }
  const tail = random.pick(['sales', 'costs', 'volumes', 'margins', 'unit prices'])
  const one = inventName(random)
  let other = inventName(random)
  while (other === one) other = inventName(random)
  return [`${one} ${tail}`, `${other} ${tail}`]
}
