import type { KeyedRandom } from '../../lib/keyedRandom.js'
import { makePage } from './makePage.js'

/**
 * The second lesson of pretraining, «what is to be learned» marked: figures by name and year, as sentences or as a table,
 * then the same figures asked for in any order.
 *
 * @param progress 0 to 1: one name for the first third, then more, up to all of a page's
 */
export function makeLookupText(random: KeyedRandom, progress: number): string {
  const page = makePage(random, 0)
  const rows = page.table.slice(1, 2 + Math.floor(Math.max(0, progress - 1 / 3) * 8))
  const years = page.table[0].slice(1)
  const items = rows.map(([name, ...cells]) => ({ name, cells: cells.map((cell) => cell.replace('$ ', '')) }))
  const lines =
    random.uniform() < 0.5
      ? items.map(({ name, cells }) => cells.map((cell, i) => `${name} ${years[i]} is ${cell}`).join(' , '))
      : [page.table[0].join(' | '), ...items.map(({ name, cells }) => [name, ...cells].join(' | '))]
  const asked = Array.from({ length: 12 }, () => {
    const { name, cells } = random.pick(items)
    const column = random.integer(cells.length)
    return `${name} ${years[column]} is «${cells[column]}»`
  })
  return [...lines, ...asked].join('\n')
}
