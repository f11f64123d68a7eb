import type { KeyedRandom } from '../../lib/keyedRandom.js'
import { vocabulary } from './vocabulary.js'

/**
 * The first lesson of pretraining, «what is to be learned» marked: a run of words and figures that is said again and again.
 * Looking back and saying what came next is the first thing a model must find; every token asks for it here. On pages
 * alone it does not form within thousands of steps.
 *
 * @param progress 0 to 1: runs get longer, from 4 pieces at most to 32
 */
export function makeCopyText(random: KeyedRandom, progress: number): string {
  const longest = 4 * 2 ** Math.min(3, Math.floor(progress * 8))
  const runs: string[] = []
  for (let pieces = 0; pieces < 48; ) {
    const run = makeRun(random, 2 + random.integer(longest - 1))
    pieces += 3 * run.length
    runs.push(`${run.join(' ')} «${run.join(' ')} ${run.join(' ')}»`)
  }
  return runs.join('\n')
}

/** Words, and figures of one or two digits; no two figures side by side. */
function makeRun(random: KeyedRandom, length: number): string[] {
  const run: string[] = []
  for (let i = 0; i < length; i++) {
    const mayBeFigure = i > 0 && !/\d/.test(run[i - 1]) && (i < length - 1 || !/\d/.test(run[0]))
    run.push(mayBeFigure && random.uniform() < 0.8 ? String(random.integer(100)) : random.pick(WORDS))
  }
  return run
}

const WORDS = [...vocabulary.companies, ...vocabulary.items, ...vocabulary.goods].flatMap((name) => name.split(' '))
