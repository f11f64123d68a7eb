import type { KeyedRandom } from '../../lib/keyedRandom.js'
import type { Item, SyntheticPage } from './SyntheticPage.js'
import { vocabulary } from './vocabulary.js'

type Facts = Pick<SyntheticPage, 'purchase' | 'rate' | 'growth'> & { readonly spoken?: Item }

/** A sentence and what it tells, once its place (a gold_inds key) is known. */
interface Sentence {
  readonly text: string
  readonly tells: (evidence: string) => Facts
}

/** What sentences are made of. */
interface Subject {
  readonly company: string
  readonly years: readonly number[]
  /** The items of the table, and the name of one that only a sentence knows. */
  readonly items: readonly Item[]
  readonly spokenName: string
  readonly figures: (near?: string) => string
}

/**
 * An invented page: two to four table rows over two or three years, and one to three short sentences.
 *
 * @param distractors share of the sentences that no question is about, 0 to 1
 */
export function makePage(random: KeyedRandom, distractors: number): SyntheticPage {
  const company = random.pick(vocabulary.companies)
  const latest = 2002 + random.integer(18)
  const years = random.uniform() < 0.65 ? [latest - 1, latest] : [latest - 2, latest - 1, latest]
  const [spokenName, ...names] = random.shuffled(vocabulary.items).slice(0, 3 + random.integer(3))
  const figures = figureMaker(random)
  const items = names.map((name, row) => makeItem(name, years, figures, `table_${row + 1}`, 'table'))
  const sentences = makeSentences(random, { company, years, items, spokenName, figures }, distractors)
  const { spoken, ...facts }: Facts = Object.assign({}, ...sentences.map(({ tells }, index) => tells(`text_${index}`)))
  const texts = sentences.map(({ text }) => text)
  const before = random.integer(texts.length + 1)
  return {
    company,
    years,
    items: spoken === undefined ? items : [...items, spoken],
    ...facts,
    preText: texts.slice(0, before),
    postText: texts.slice(before),
    table: layTable(random, years, items),
  }
}

function makeSentences(random: KeyedRandom, subject: Subject, distractors: number): Sentence[] {
  const telling = random.shuffled([sayItem, sayItem, sayPurchase, sayRate, sayGrowth])
  const said = new Set<typeof sayItem>()
  return Array.from({ length: 1 + random.integer(3) }, (_, index) => {
    const say = random.uniform() < distractors || said.has(telling[index]) ? sayNothing : telling[index]
    said.add(say)
    return say(random, subject)
  })
}

function layTable(random: KeyedRandom, years: readonly number[], items: readonly Item[]): string[][] {
  const columns = random.uniform() < 0.75 ? [...years].reverse() : years
  const dollars = random.uniform() < 0.4
  const header = [random.pick(vocabulary.units), ...columns.map(String)]
  const rows = items.map(({ name, values }, index) => [
    name,
    ...columns.map((year) => (dollars && index === 0 ? `$ ${values[year]}` : values[year])),
  ])
  return [header, ...rows]
}

function makeItem(
  name: string,
  years: readonly number[],
  figures: (near?: string) => string,
  evidence: string,
  source: Item['source'],
): Item {
  const values: Record<number, string> = {}
  for (const [index, year] of years.entries())
    values[year] = figures(index === 0 ? undefined : values[years[index - 1]])
  return { name, values, evidence, source }
}

/** Figures of a page: two to four digits, one page in eight with a decimal; no figure twice, so that each has one source. */
function figureMaker(random: KeyedRandom): (near?: string) => string {
  const decimals = random.uniform() < 0.125 ? 1 : 0
  const seen = new Set<string>()
  return (near) => {
    for (;;) {
      const size = near === undefined ? Math.exp(Math.log(20) + random.uniform() * Math.log(400)) : Number(near)
      const value = near === undefined ? size : size * Math.exp(0.25 * random.normal())
      const text = Math.max(value, 11).toFixed(decimals)
      if (text.length <= 5 && !seen.has(text)) {
        seen.add(text)
        return text
      }
    }
  }
}

function sayItem(random: KeyedRandom, { spokenName: name, years, figures }: Subject): Sentence {
  const known = years.slice(-2)
  const item = makeItem(name, known, figures, '', 'text')
  const [y0, y1] = known
  const [v0, v1] = known.map((year) => item.values[year])
  const text = random.pick([
    `${name} was $ ${v1} in ${y1} and $ ${v0} in ${y0} .`,
    `in ${y1} , ${name} was ${v1} compared to ${v0} in ${y0} .`,
    `${name} moved from ${v0} in ${y0} to ${v1} in ${y1} .`,
  ])
  return { text, tells: (evidence) => ({ spoken: { ...item, evidence } }) }
}

function sayPurchase(random: KeyedRandom, { company, years, figures }: Subject): Sentence {
  const year = years[years.length - 1]
  const [goods, count, price] = [random.pick(vocabulary.goods), figures(), String(2 + random.integer(98))]
  return {
    text: `in ${year} , ${company} bought ${count} ${goods} at $ ${price} each .`,
    tells: (evidence) => ({ purchase: { year, goods, count, price, evidence } }),
  }
}

function sayRate(random: KeyedRandom, { company, items }: Subject): Sentence {
  const item = random.pick(items)
  const percent = `${2 + random.integer(38)}%`
  return {
    text: `${company} pays a tax of ${percent} on ${item.name} .`,
    tells: (evidence) => ({ rate: { item, percent, evidence } }),
  }
}

function sayGrowth(random: KeyedRandom, { company, items }: Subject): Sentence {
  const item = random.pick(items)
  const factor = `1.${String(2 + random.integer(28)).padStart(2, '0')}`
  return {
    text: `${company} expects ${item.name} to grow by a factor of ${factor} a year .`,
    tells: (evidence) => ({ growth: { item, factor, evidence } }),
  }
}

function sayNothing(random: KeyedRandom, { company }: Subject): Sentence {
  const text = random
    .pick(vocabulary.idleSentences)
    .replace('COMPANY', company)
    .replace('NUMBER', String(2 + random.integer(97)))
    .replace('YEAR', String(1950 + random.integer(50)))
  return { text, tells: () => ({}) }
}
