import type { KeyedRandom } from '../../lib/keyedRandom.js'
import { vocabulary } from './vocabulary.js'

/**
 * The first lesson of pretraining: a run of words and figures (context), then the same run again (to be learned). A model
 * that starts from nothing learns to copy from it within some hundred steps; on pages alone it does not within thousands,
 * since there one token in ten is a copy.
 */
export function makeCopyText(random: KeyedRandom): { context: string; text: string } {
  const words = [...vocabulary.companies, ...vocabulary.items]
  const figure = () => String(random.integer(10 ** (1 + random.integer(5))))
  const pieces = Array.from({ length: 6 + random.integer(30) }, () =>
    random.uniform() < 0.7 ? figure() : random.pick(words),
  )
  const run = random.shuffled(pieces).join(' ')
  return { context: `${run}\n`, text: run }
}
