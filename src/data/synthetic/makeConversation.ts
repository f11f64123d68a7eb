import type { KeyedRandom } from '../../lib/keyedRandom.js'
import type { SyntheticPage } from './SyntheticPage.js'
import { makeQuestion } from './makeQuestion.js'

/** One turn: what is asked and its program, which restates literals (`#n` never crosses turns). */
export interface SyntheticTurn {
  readonly question: string
  readonly program: string
}

/**
 * A conversation about one item over two years: its figures are looked up, then computed with. Now and then a second
 * question follows, as in ConvFinQA's conversations made of two.
 */
export function makeConversation(page: SyntheticPage, random: KeyedRandom): (SyntheticTurn & { split: 0 | 1 })[] {
  const item = random.pick(page.items)
  const known = page.years.filter((year) => item.values[year] !== undefined).slice(-2)
  const [y0, y1] = known
  const [v0, v1] = known.map((year) => item.values[year])
  const lookups: SyntheticTurn[] = [
    { question: random.pick([`what was ${item.name} in ${y1} ?`, `what is the ${y1} ${item.name} ?`]), program: v1 },
    { question: random.pick([`and in ${y0} ?`, `what about ${y0} ?`, `and what was it in ${y0} ?`]), program: v0 },
  ]
  const rest = random.pick<readonly SyntheticTurn[]>([
    [
      { question: 'what was the change ?', program: `subtract(${v1}, ${v0})` },
      { question: `and as a share of ${y0} ?`, program: `subtract(${v1}, ${v0}), divide(#0, ${v0})` },
    ],
    [
      { question: 'what is the sum of both ?', program: `add(${v1}, ${v0})` },
      { question: 'and the average ?', program: `add(${v1}, ${v0}), divide(#0, const_2)` },
    ],
    [{ question: 'what is the ratio of the first to the second ?', program: `divide(${v1}, ${v0})` }],
    [{ question: 'is the first greater than the second ?', program: `greater(${v1}, ${v0})` }],
  ])
  const turns = [...lookups, ...rest].map((turn) => ({ ...turn, split: 0 as const }))
  if (random.uniform() < 0.7) return turns
  const { text, program } = makeQuestion(page, random, [1, 0.5, 0])
  return [...turns, { question: text, program, split: 1 }]
}
