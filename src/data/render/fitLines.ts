import type { PageLine } from './pageLines.js'
import { leastUsefulFirst } from './leastUsefulFirst.js'

/**
 * The lines without the least useful ones, so that the prompt fits its budget; undefined where the rest alone is too long.
 *
 * @param length      the whole prompt's tokens with the given lines
 * @param countTokens a line's own tokens
 */
export function fitLines(options: {
  readonly lines: readonly PageLine[]
  readonly question: string
  readonly budget: number
  readonly length: (lines: readonly PageLine[]) => number
  readonly countTokens: (text: string) => number
}): PageLine[] | undefined {
  const { lines, question, budget, length, countTokens } = options
  const order = leastUsefulFirst(lines, question)
  const cut = new Set<number>()
  const kept = () => lines.filter((_, index) => !cut.has(index))
  // Lines are cut by their own lengths and the prompt counted again when that should do: one count, not one a line.
  for (let over = length(lines) - budget; over > 0; over = length(kept()) - budget)
    while (over > 0) {
      const index = order[cut.size]
      if (index === undefined) return undefined
      cut.add(index)
      over -= Math.max(1, countTokens(lines[index].text))
    }
  return kept()
}
