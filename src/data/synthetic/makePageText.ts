import type { KeyedRandom } from '../../lib/keyedRandom.js'
import type { Item, SyntheticPage } from './SyntheticPage.js'
import { parseSteps } from '../../finqa/parseSteps.js'
import { tokenizeProgram } from '../../finqa/tokenizeProgram.js'
import { makePage } from './makePage.js'
import { makeQuestion } from './makeQuestion.js'

/**
 * Text for pretraining, «what is to be learned» marked: an invented page as prompts show it, and lines that read it: single
 * figures, rows, columns, comparisons, which figures a question needs. No program and no answer format is in it, so that a
 * model trained on it reads pages but has everything about answering still to learn.
 *
 * @param pageText the page as a prompt renders it
 */
export function makePageText(random: KeyedRandom, pageText: (page: SyntheticPage) => string): string {
  const page = makePage(random, 0.35)
  const exercises = Array.from({ length: 12 + random.integer(7) }, () => random.pick(EXERCISES)(page, random))
  return [pageText(page), ...exercises].join('\n')
}

type Exercise = (page: SyntheticPage, random: KeyedRandom) => string

const readFigure: Exercise = (page, random) => {
  const item = random.pick(page.items)
  const year = random.pick(Object.keys(item.values))
  const value = item.values[Number(year)]
  return random.pick([
    `${item.name} in ${year} is «${value}»`,
    `${item.name} ${year} is «${value}»`,
    `what was ${item.name} in ${year} ? «${value}»`,
    `${value} is «${item.name} in ${year}»`,
  ])
}

const readTwoYears: Exercise = (page, random) => {
  const item = random.pick(page.items)
  const [y1, y0] = random.shuffled(Object.keys(item.values))
  return `${item.name} ${y1} is «${item.values[Number(y1)]}» , ${item.name} ${y0} is «${item.values[Number(y0)]}»`
}

const readTwoItems: Exercise = (page, random) => {
  const [a, b] = random.shuffled(page.items)
  const year = page.years[page.years.length - 1 - random.integer(2)]
  return `${a.name} ${year} is «${a.values[year]}» , ${b.name} ${year} is «${b.values[year]}»`
}

const readRow: Exercise = (page, random) => {
  const [name, ...cells] = random.pick(page.table.slice(1))
  return `row ${name} : «${cells.map(withoutDollar).join(' , ')}»`
}

const readColumn: Exercise = (page, random) => {
  const column = 1 + random.integer(page.table[0].length - 1)
  const cells = page.table.slice(1).map((row) => `${row[0]} ${withoutDollar(row[column])}`)
  return `in ${page.table[0][column]} : «${cells.join(' , ')}»`
}

const compare: Exercise = (page, random) => {
  const item = random.pick(page.items)
  const [y1, y0] = random.shuffled(Object.keys(item.values))
  const [v1, v0] = [item.values[Number(y1)], item.values[Number(y0)]]
  const word = Number(v1) > Number(v0) ? 'above' : 'below'
  return `${item.name} in ${y1} is «${word}» that of ${y0} : «${v1} ${word} ${v0}»`
}

const whatIsNeeded: Exercise = (page, random) => {
  const { text, program } = makeQuestion(page, random, [0.5, 0.35, 0.15])
  const steps = parseSteps(tokenizeProgram(program))
  if (typeof steps === 'string') throw new Error(`an invented program does not parse: ${program}: ${steps}`)
  const needed = steps.flatMap(({ operator, arg1, arg2 }) =>
    operator.startsWith('table_') ? figuresOf(page.items.find((item) => item.name === arg1)) : [arg1, arg2],
  )
  const figures = [...new Set(needed)].filter((literal) => /^\d/.test(literal))
  return `${text} needs «${figures.map((figure) => named(figure, page)).join(' , ')}»`
}

/** `revenue 2009 is 5829`, or the figure alone where it belongs to no item. No figure stands twice on a page. */
function named(figure: string, page: SyntheticPage): string {
  for (const { name, values } of page.items)
    for (const [year, value] of Object.entries(values)) if (value === figure) return `${name} ${year} is ${figure}`
  return figure
}

const EXERCISES: readonly Exercise[] = [
  readFigure,
  readFigure,
  readTwoYears,
  readTwoYears,
  readTwoItems,
  readTwoItems,
  readRow,
  readColumn,
  compare,
  whatIsNeeded,
  whatIsNeeded,
  whatIsNeeded,
]

const figuresOf = (item: Item | undefined) => Object.values(item?.values ?? {})
const withoutDollar = (cell: string) => cell.replace('$ ', '')
