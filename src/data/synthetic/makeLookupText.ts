import type { KeyedRandom } from '../../lib/keyedRandom.js'
import { makePage } from './makePage.js'

/**
 * The second lesson of pretraining, «what is to be learned» marked: figures told by name and year, then asked for in any
 * order.
 *
 * @param progress 0 to 1: one name for the first third, then more, up to all of a page's
 */
export function makeLookupText(random: KeyedRandom, progress: number): string {
  const page = makePage(random, 0)
  const years = page.table[0].slice(1)
  const told = page.table.slice(1, 2 + Math.floor(Math.max(0, progress - 1 / 3) * 6))
  const rows = told.map(([name, ...cells]) => ({ name, cells: cells.map((cell) => cell.replace('$ ', '')) }))
  const lines = rows.map(({ name, cells }) => cells.map((cell, i) => `${name} ${years[i]} is ${cell}`).join(' , '))
  const asked = Array.from({ length: 16 }, () => {
    const { name, cells } = random.pick(rows)
    const column = random.integer(cells.length)
    return `${name} ${years[column]} is «${cells[column]}»`
  })
  return [...lines, ...asked].join('\n')
}
