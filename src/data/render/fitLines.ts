import type { ChatMessage } from '../ChatMessage.js'
import type { CountTokens } from './RenderOptions.js'
import { leastUsefulFirst } from './leastUsefulFirst.js'
import type { PageLine } from './pageLines.js'

/**
 * The lines without the least useful ones, so that the prompt fits its budget; undefined where the rest alone is too long.
 */
export function fitLines(options: {
  readonly lines: readonly PageLine[]
  readonly question: string
  readonly budget: number
  readonly render: (lines: readonly PageLine[]) => ChatMessage[]
  readonly countTokens: CountTokens
}): PageLine[] | undefined {
  const { lines, question, budget, render, countTokens } = options
  const order = leastUsefulFirst(lines, question)
  const alone = (text: string) => countTokens([{ role: 'user', content: text }])
  const empty = alone('')
  const cut = new Set<number>()
  const kept = () => lines.filter((_, index) => !cut.has(index))
  // Lines are cut by their own lengths and the prompt counted again when that should do: one count, not one a line.
  for (let over = countTokens(render(lines)) - budget; over > 0; over = countTokens(render(kept())) - budget)
    while (over > 0) {
      const index = order[cut.size]
      if (index === undefined) return undefined
      cut.add(index)
      over -= Math.max(1, alone(lines[index].text) - empty)
    }
  return kept()
}
