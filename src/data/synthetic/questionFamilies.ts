import type { KeyedRandom } from '../../lib/keyedRandom.js'
import type { Item, SyntheticPage } from './SyntheticPage.js'

/** A question about a page with its program; the evidence names what must be read. */
export interface Question {
  readonly text: string
  readonly program: string
  readonly evidence: readonly string[]
}

/** One way of asking: how many steps its program has, and how a question of it is made (undefined: not about this page). */
export interface QuestionFamily {
  readonly name: string
  readonly steps: 1 | 2 | 3
  readonly ask: (page: SyntheticPage, random: KeyedRandom) => Question | undefined
}

/** What a family's wordings and programs are filled with: one item (or two) at two years. */
interface Slots {
  readonly a: Item
  readonly b: Item
  /** Later and earlier year. */
  readonly y1: number
  readonly y0: number
  readonly a1: string
  readonly a0: string
  readonly b1: string
  readonly b0: string
}

type Filled = (slots: Slots) => string

export const questionFamilies: readonly QuestionFamily[] = [
  oneItem('change', 1, ({ a1, a0 }) => `subtract(${a1}, ${a0})`, [
    ({ a, y1, y0 }) => `what was the change in ${a.name} from ${y0} to ${y1} ?`,
    ({ a, y1, y0 }) => `by how much did ${a.name} change between ${y0} and ${y1} ?`,
    ({ a, y1, y0 }) => `what is the difference in ${a.name} between ${y1} and ${y0} ?`,
    ({ a, y1, y0 }) => `how much did ${a.name} increase from ${y0} to ${y1} ?`,
  ]),
  oneItem('two-year total', 1, ({ a1, a0 }) => `add(${a1}, ${a0})`, [
    ({ a, y1, y0 }) => `what was the total ${a.name} in ${y1} and ${y0} ?`,
    ({ a, y1, y0 }) => `what is the sum of ${a.name} for ${y1} and ${y0} ?`,
    ({ a, y1, y0 }) => `how much was ${a.name} in ${y1} and ${y0} combined ?`,
  ]),
  oneItem('yearly ratio', 1, ({ a1, a0 }) => `divide(${a1}, ${a0})`, [
    ({ a, y1, y0 }) => `what was the ratio of ${a.name} in ${y1} to ${y0} ?`,
    ({ a, y1, y0 }) => `how many times its ${y0} level was ${a.name} in ${y1} ?`,
  ]),
  oneItem('greater year', 1, ({ a1, a0 }) => `greater(${a1}, ${a0})`, [
    ({ a, y1, y0 }) => `was ${a.name} greater in ${y1} than in ${y0} ?`,
    ({ a, y1, y0 }) => `did ${a.name} rise from ${y0} to ${y1} ?`,
    ({ a, y1, y0 }) => `is ${a.name} in ${y1} above that of ${y0} ?`,
  ]),
  twoItems('two-item total', 1, ({ a1, b1 }) => `add(${a1}, ${b1})`, [
    ({ a, b, y1 }) => `what is the sum of ${a.name} and ${b.name} in ${y1} ?`,
    ({ a, b, y1 }) => `what were ${a.name} and ${b.name} together in ${y1} ?`,
  ]),
  twoItems('two-item difference', 1, ({ a1, b1 }) => `subtract(${a1}, ${b1})`, [
    ({ a, b, y1 }) => `by how much did ${a.name} exceed ${b.name} in ${y1} ?`,
    ({ a, b, y1 }) => `what is ${a.name} less ${b.name} in ${y1} ?`,
  ]),
  twoItems('ratio', 1, ({ a1, b1 }) => `divide(${a1}, ${b1})`, [
    ({ a, b, y1 }) => `what was the ratio of ${a.name} to ${b.name} in ${y1} ?`,
    ({ a, b, y1 }) => `in ${y1} , what share of ${b.name} was ${a.name} ?`,
    ({ a, b, y1 }) => `what is ${a.name} as a percentage of ${b.name} in ${y1} ?`,
  ]),
  twoItems('greater item', 1, ({ a1, b1 }) => `greater(${a1}, ${b1})`, [
    ({ a, b, y1 }) => `was ${a.name} greater than ${b.name} in ${y1} ?`,
    ({ a, b, y1 }) => `in ${y1} , did ${a.name} exceed ${b.name} ?`,
  ]),
  tableRow('table_max', ['what was the highest ITEM ?', 'what is the maximum ITEM over the years shown ?']),
  tableRow('table_min', ['what was the lowest ITEM ?', 'what is the minimum ITEM over the years shown ?']),
  tableRow('table_sum', ['what is the total ITEM over all years ?', 'what does ITEM add up to over the years shown ?']),
  tableRow('table_average', [
    'what is the average ITEM over all years ?',
    'what was the mean ITEM over the years shown ?',
  ]),
  {
    name: 'cost of a purchase',
    steps: 1,
    ask: ({ purchase }, random) =>
      purchase && {
        text: random.pick([
          `what was the total cost of the ${purchase.goods} bought in ${purchase.year} ?`,
          `how much was paid for the ${purchase.goods} in ${purchase.year} ?`,
        ]),
        program: `multiply(${purchase.count}, ${purchase.price})`,
        evidence: [purchase.evidence],
      },
  },
  {
    name: 'rate of an item',
    steps: 1,
    ask: ({ rate, years }, random) => {
      if (rate === undefined) return undefined
      const year = random.pick(years)
      return {
        text: random.pick([
          `how much tax was paid on ${rate.item.name} in ${year} ?`,
          `what was the tax on the ${year} ${rate.item.name} ?`,
        ]),
        program: `multiply(${rate.item.values[year]}, ${rate.percent})`,
        evidence: [rate.item.evidence, rate.evidence],
      }
    },
  },
  {
    name: 'growth factor',
    steps: 1,
    ask: ({ growth }, random) => {
      if (growth === undefined) return undefined
      const duration = 2 + random.integer(4)
      return {
        text: random.pick([
          `by what factor is ${growth.item.name} expected to grow in ${duration} years ?`,
          `what is the expected growth factor of ${growth.item.name} over ${duration} years ?`,
        ]),
        program: `exp(${growth.factor}, ${duration})`,
        evidence: [growth.evidence],
      }
    },
  },
  oneItem('percent change', 2, ({ a1, a0 }) => `subtract(${a1}, ${a0}), divide(#0, ${a0})`, [
    ({ a, y1, y0 }) => `what was the percent change in ${a.name} from ${y0} to ${y1} ?`,
    ({ a, y1, y0 }) => `by what percentage did ${a.name} change between ${y0} and ${y1} ?`,
    ({ a, y1, y0 }) => `what is the growth rate of ${a.name} from ${y0} to ${y1} ?`,
  ]),
  oneItem('average of two', 2, ({ a1, a0 }) => `add(${a1}, ${a0}), divide(#0, const_2)`, [
    ({ a, y1, y0 }) => `what is the average ${a.name} of ${y1} and ${y0} ?`,
    ({ a, y1, y0 }) => `what was the mean of ${a.name} in ${y1} and ${y0} ?`,
  ]),
  oneItem('change in smaller units', 2, ({ a1, a0 }) => `subtract(${a1}, ${a0}), multiply(#0, const_1000)`, [
    ({ a, y1, y0 }) => `what was the change in ${a.name} from ${y0} to ${y1} , times 1000 ?`,
    ({ a, y1, y0 }) => `how much did ${a.name} change from ${y0} to ${y1} in units a thousand times smaller ?`,
  ]),
  twoItems('share of two', 2, ({ a1, b1 }) => `add(${a1}, ${b1}), divide(${a1}, #0)`, [
    ({ a, b, y1 }) => `what share of ${a.name} plus ${b.name} was ${a.name} in ${y1} ?`,
    ({ a, b, y1 }) => `in ${y1} , what portion of the sum of ${a.name} and ${b.name} was ${a.name} ?`,
  ]),
  twoItems('relative difference', 2, ({ a1, b1 }) => `subtract(${a1}, ${b1}), divide(#0, ${b1})`, [
    ({ a, b, y1 }) => `by what percentage did ${a.name} exceed ${b.name} in ${y1} ?`,
    ({ a, b, y1 }) => `how much larger than ${b.name} was ${a.name} in ${y1} , in percent ?`,
  ]),
  {
    name: 'expected value',
    steps: 2,
    ask: ({ growth, years }, random) => {
      if (growth === undefined) return undefined
      const [start, duration] = [random.pick(years), 2 + random.integer(4)]
      return {
        text: random.pick([
          `what will ${growth.item.name} be ${duration} years after ${start} at the expected growth ?`,
          `starting from ${start} , what is ${growth.item.name} expected to be in ${duration} years ?`,
        ]),
        program: `exp(${growth.factor}, ${duration}), multiply(${growth.item.values[start]}, #0)`,
        evidence: [growth.item.evidence, growth.evidence],
      }
    },
  },
  {
    name: 'after tax',
    steps: 2,
    ask: ({ rate, years }, random) => {
      if (rate === undefined) return undefined
      const year = random.pick(years)
      const value = rate.item.values[year]
      return {
        text: random.pick([
          `what was left of ${rate.item.name} after tax in ${year} ?`,
          `what is the ${year} ${rate.item.name} net of tax ?`,
        ]),
        program: `multiply(${value}, ${rate.percent}), subtract(${value}, #0)`,
        evidence: [rate.item.evidence, rate.evidence],
      }
    },
  },
  twoItems('change of a sum', 3, ({ a1, a0, b1, b0 }) => `add(${a1}, ${b1}), add(${a0}, ${b0}), subtract(#0, #1)`, [
    ({ a, b, y1, y0 }) => `what was the change in the sum of ${a.name} and ${b.name} from ${y0} to ${y1} ?`,
    ({ a, b, y1, y0 }) => `by how much did ${a.name} plus ${b.name} change between ${y0} and ${y1} ?`,
  ]),
  twoItems(
    'ratio of changes',
    3,
    ({ a1, a0, b1, b0 }) => `subtract(${a1}, ${a0}), subtract(${b1}, ${b0}), divide(#0, #1)`,
    [
      ({ a, b, y1, y0 }) => `what is the ratio of the change in ${a.name} to that in ${b.name} from ${y0} to ${y1} ?`,
      ({ a, b, y1, y0 }) =>
        `from ${y0} to ${y1} , how many times the change in ${b.name} was the change in ${a.name} ?`,
    ],
  ),
  twoItems(
    'greater change',
    3,
    ({ a1, a0, b1, b0 }) => `subtract(${a1}, ${a0}), subtract(${b1}, ${b0}), greater(#0, #1)`,
    [
      ({ a, b, y1, y0 }) => `did ${a.name} grow more than ${b.name} from ${y0} to ${y1} ?`,
      ({ a, b, y1, y0 }) => `was the change in ${a.name} greater than that in ${b.name} from ${y0} to ${y1} ?`,
    ],
  ),
  {
    name: 'average of three',
    steps: 3,
    ask: (page, random) => {
      const inTable = page.items.filter((item) => item.source === 'table')
      if (page.years.length < 3) return undefined
      const item = random.pick(inTable)
      const [v0, v1, v2] = page.years.map((year) => item.values[year])
      const [y0, y1, y2] = page.years
      return {
        text: random.pick([
          `what is the average ${item.name} of ${y2} , ${y1} and ${y0} ?`,
          `what was the mean of ${item.name} in ${y2} , ${y1} and ${y0} ?`,
        ]),
        program: `add(${v2}, ${v1}), add(#0, ${v0}), divide(#1, const_3)`,
        evidence: [item.evidence],
      }
    },
  },
]

function oneItem(name: string, steps: 1 | 2 | 3, program: Filled, wordings: readonly Filled[]): QuestionFamily {
  return {
    name,
    steps,
    ask: (page, random) => {
      const slots = drawSlots(page, random, 1)
      return { text: random.pick(wordings)(slots), program: program(slots), evidence: [slots.a.evidence] }
    },
  }
}

function twoItems(name: string, steps: 1 | 2 | 3, program: Filled, wordings: readonly Filled[]): QuestionFamily {
  return {
    name,
    steps,
    ask: (page, random) => {
      const slots = drawSlots(page, random, 2)
      return {
        text: random.pick(wordings)(slots),
        program: program(slots),
        evidence: [slots.a.evidence, slots.b.evidence],
      }
    },
  }
}

function tableRow(operator: string, wordings: readonly string[]): QuestionFamily {
  return {
    name: operator,
    steps: 1,
    ask: (page, random) => {
      const item = random.pick(page.items.filter(({ source }) => source === 'table'))
      return {
        text: random.pick(wordings).replace('ITEM', item.name),
        program: `${operator}(${item.name}, none)`,
        evidence: [item.evidence],
      }
    },
  }
}

/** Two items and two years that both know; the table has at least two rows and every item the two latest years. */
function drawSlots(page: SyntheticPage, random: KeyedRandom, items: 1 | 2): Slots {
  const [a, b] = random.shuffled(page.items)
  const known = page.years.filter((year) => [a, b].slice(0, items).every((item) => item.values[year] !== undefined))
  const y1 = 1 + random.integer(known.length - 1)
  const y0 = random.integer(y1)
  const [late, early] = [known[y1], known[y0]]
  return {
    a,
    b,
    y1: late,
    y0: early,
    a1: a.values[late],
    a0: a.values[early],
    b1: b.values[late],
    b0: b.values[early],
  }
}
