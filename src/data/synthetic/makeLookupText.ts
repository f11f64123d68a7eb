import type { KeyedRandom } from '../../lib/keyedRandom.js'
import { makePage } from './makePage.js'

/**
 * A first lesson of pretraining, «what is to be learned» marked: figures told by name and year, then asked for in any order.
 * Several names from the start: a model that has learned to find its way with one is slow to learn more.
 */
export function makeLookupText(random: KeyedRandom): string {
  const page = makePage(random, 0)
  const years = page.table[0].slice(1)
  const rows = page.table
    .slice(1)
    .map(([name, ...cells]) => ({ name, cells: cells.map((cell) => cell.replace('$ ', '')) }))
  const lines = rows.map(({ name, cells }) => cells.map((cell, i) => `${name} ${years[i]} is ${cell}`).join(' , '))
  const asked = Array.from({ length: 16 }, () => {
    const { name, cells } = random.pick(rows)
    const column = random.integer(cells.length)
    return `${name} ${years[column]} is «${cells[column]}»`
  })
  return [...lines, ...asked].join('\n')
}
