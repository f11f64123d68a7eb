import { InputError } from '../../lib/InputError.js'
import { parsePath } from '../../recipe/parsePath.js'
import type { GridAxis } from './GridAxis.js'

/** These say where a run lies; a sweep chooses them itself. */
const ownKeys = ['name', 'output']

/**
 * Reads `--grid key=a,b,c` (one an axis). A comma within brackets, braces or double quotes belongs to its value.
 *
 * @throws InputError for every axis that is none, has a value twice, or whose key comes twice
 */
export function parseGrid(texts: readonly string[]): GridAxis[] {
  const axes = texts.map(parseAxis)
  const problems = texts.flatMap((text, i) => {
    const axis = axes[i]
    if (axis === null) return [`--grid ${text}: it is written KEY=VALUE,VALUE,…, e.g. seed=1,2,3`]
    if (ownKeys.includes(axis.key)) return [`--grid ${text}: a sweep names its runs itself; leave ${axis.key} out`]
    const twice = axis.values.find((value, place) => axis.values.indexOf(value) !== place)
    if (twice !== undefined) return [`--grid ${text}: ${twice} stands there twice`]
    const again = axes.findIndex((other) => other?.key === axis.key) !== i
    return again ? [`--grid ${text}: ${axis.key} has a grid already; write all its values in one`] : []
  })
  if (problems.length > 0) throw new InputError(problems.join('\n'))
  return axes as GridAxis[]
}

function parseAxis(text: string): GridAxis | null {
  const cut = text.indexOf('=')
  const key = text.slice(0, cut).trim()
  if (cut < 1 || parsePath(key) === undefined) return null
  const values = splitValues(text.slice(cut + 1)).map((value) => value.trim())
  return values.includes('') ? null : { key, values }
}

function splitValues(text: string): string[] {
  const parts = ['']
  let depth = 0
  let quoted = false
  for (const character of text) {
    if (character === '"') quoted = !quoted
    if (!quoted && '[{'.includes(character)) depth++
    if (!quoted && ']}'.includes(character)) depth--
    if (character === ',' && depth === 0 && !quoted) parts.push('')
    else parts[parts.length - 1] += character
  }
  return parts
}
