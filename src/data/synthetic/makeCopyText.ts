import type { KeyedRandom } from '../../lib/keyedRandom.js'
import { vocabulary } from './vocabulary.js'

/**
 * A first lesson of pretraining, «what is to be learned» marked: words and figures in no order, said three times. Looking
 * back and saying what came next is the first thing a model must find; every token asks for it here. On pages alone it does
 * not form within thousands of steps, nor on runs with an order of their own (word, figure, word, figure), which lets a
 * model guess well without looking back, nor on runs of at most 4 pieces.
 */
export function makeCopyText(random: KeyedRandom): string {
  let text = ''
  for (let pieces = 0; pieces < 120;) {
    const run = Array.from({ length: 2 + random.integer(31) }, () => random.pick(PIECES))
    pieces += 3 * run.length
    text += `${run.join('')}«${run.join('')}${run.join('')}»`
  }
  return text
}

/** A token or two each, wherever they stand: words with their space, pairs of digits that make no year. */
const PIECES = [
  ...[...vocabulary.companies, ...vocabulary.items, ...vocabulary.goods]
    .flatMap((name) => name.split(' '))
    .map((word) => ` ${word}`),
  ...Array.from({ length: 100 }, (_, value) => String(value).padStart(2, '0')).filter((pair) => !/19|20/.test(pair)),
]
