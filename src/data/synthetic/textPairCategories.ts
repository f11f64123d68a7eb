import type { KeyedRandom } from '../../lib/keyedRandom.js'
import { answerWords } from './answerWords.js'
import { inventName } from './inventName.js'
import { nearMiss } from './nearMiss.js'
import type { PairCategory } from './PairCategory.js'
import { pickSubjects } from './pickSubjects.js'
import { plainFigure } from './plainFigure.js'
import { sameOrOther } from './sameOrOther.js'
import { vocabulary } from './vocabulary.js'

/** Answers in words: statements, names, dates and figures within sentences. */
export const textPairCategories: readonly PairCategory[] = [
  sameOrOther('statements', (random) => {
    const [way, otherWay] = random.shuffled(['up', 'down', 'flat'] as const)
    const [item, otherItem] = pickSubjects(random)
    const year = 2002 + random.integer(18)
    const dated = random.uniform() < 0.4
    const say = (name: string, how: typeof way, when: number) => statement(random, name, how, dated ? when : null)
    const other = [say(otherItem, way, year), say(item, otherWay, year), say(item, otherWay, year)]
    if (dated) other.push(say(item, way, year + random.pick([-2, -1, 1, 2])))
    return { gold: say(item, way, year), same: say(item, way, year), other: random.pick(other) }
  }),
  sameOrOther('comparisons', (random) => {
    const [a, b] = pickSubjects(random)
    const above = (x: string, y: string) => `${x} ${random.pick(answerWords.above)} ${y}`
    const below = (x: string, y: string) => `${x} ${random.pick(answerWords.below)} ${y}`
    const say = (x: string, y: string) => (random.uniform() < 0.6 ? above(x, y) : below(y, x))
    return { gold: say(a, b), same: say(a, b), other: say(b, a) }
  }),
  sameOrOther('company names', (random) => {
    const invented = random.uniform() < 0.5
    const [name, otherName] = invented ? twoNames(random) : random.shuffled(vocabulary.companies)
    const say = (company: string) =>
      `${random.pick(['', '', 'the '])}${company}${random.pick(answerWords.companyForms)}${random.pick(['', '', ' .'])}`
    return { gold: say(name), same: say(name), other: say(otherName) }
  }),
  sameOrOther('abbreviations', (random) => {
    const [thing, otherThing] = random.shuffled(answerWords.abbreviations)
    const tail = random.pick(['', ' costs', ' in 2009'])
    const [gold, same = gold] = random.shuffled(thing)
    return { gold: gold + tail, same: same + tail, other: random.pick(otherThing) + tail }
  }),
  sameOrOther('lists of names', (random) => {
    const [a, b, c, d] = random.shuffled(random.pick([answerWords.places, vocabulary.items, vocabulary.goods]))
    const gold = random.uniform() < 0.5 ? [a, b] : [a, b, c]
    const others = [gold.slice(1), [...gold.slice(1), d], [...gold, d]]
    return {
      gold: enumerate(gold, random),
      same: enumerate(random.shuffled(gold), random),
      other: enumerate(random.shuffled(random.pick(others)), random),
    }
  }),
  sameOrOther('one word changed', (random) => {
    const [item, otherItem] = random.shuffled(vocabulary.items)
    const [place, otherPlace] = random.shuffled(answerWords.places)
    const [goods, otherGoods] = random.shuffled(vocabulary.goods)
    const say = (x: string, y: string, z: string) => `${x} from ${z} in ${y}`
    const gold = say(item, place, goods)
    const same = random.pick([`the ${gold}`, `${gold} .`, gold.toUpperCase(), gold, `answer : ${gold}`])
    const other = [say(otherItem, place, goods), say(item, otherPlace, goods), say(item, place, otherGoods)]
    return { gold, same, other: random.pick([...other, `${gold} and ${otherPlace}`, `not ${gold}`]) }
  }),
  sameOrOther('figures in sentences', (random) => {
    const value = plainFigure(random)
    const [before, after] = random.pick([
      ['', ''],
      ['$', ''],
      ['', '%'],
      ['', ' million'],
      ['', ' shares'],
    ])
    const spell = (figure: string) => `${before}${figure}${after}`
    const same = inSentence(spell(value), random)
    return { gold: spell(value), same, other: inSentence(spell(nearMiss(value, random)), random) }
  }),
  sameOrOther('changes by an amount', (random) => {
    const [item, otherItem] = pickSubjects(random)
    const [way, otherWay] = random.shuffled(['up', 'down'] as const)
    const figure = plainFigure(random)
    const [before, after] = random.pick([
      ['', '%'],
      ['$', ' million'],
      ['', ' units'],
    ])
    const say = (name: string, how: typeof way, value: string) => {
      const amount = `${before}${value}${after}`
      const noun = random.pick(answerWords[how === 'up' ? 'rise' : 'fall'].slice(0, 2))
      const verb = random.pick(answerWords[how].filter((word) => !word.startsWith('was')))
      return random.pick([`${name} ${verb} by ${amount}`, `${name} ${verb} ${amount}`, `${noun} ${name} of ${amount}`])
    }
    const others = [say(item, otherWay, figure), say(item, way, nearMiss(figure, random)), say(otherItem, way, figure)]
    return { gold: say(item, way, figure), same: say(item, way, figure), other: random.pick(others) }
  }),
  sameOrOther('causes', (random) => {
    const [item] = pickSubjects(random)
    const [cause, otherCause] = random.shuffled(answerWords.causes)
    const [way, otherWay] = random.shuffled(['up', 'down'] as const)
    const say = (how: typeof way, why: string) => {
      const verb = random.pick(answerWords[how])
      const link = random.pick(answerWords.because)
      return random.pick([`${item} ${verb} ${link} ${why}`, `${link} ${why} , ${item} ${verb}`])
    }
    const alone = random.uniform() < 0.4
    if (alone) {
      const bare = (why: string) =>
        random.pick([
          why,
          `${random.pick(answerWords.because)} ${why}`,
          `it was ${random.pick(answerWords.because)} ${why}`,
        ])
      return { gold: bare(cause), same: bare(cause), other: bare(otherCause) }
    }
    return {
      gold: say(way, cause),
      same: say(way, cause),
      other: random.pick([say(way, otherCause), say(otherWay, cause)]),
    }
  }),
  sameOrOther('who did what', (random) => {
    const [one, other] = twoNames(random)
    const [active, passive] = random.pick([
      ['acquired', 'was acquired by'],
      ['sued', 'was sued by'],
      ['financed', 'was financed by'],
      ['supplied', 'was supplied by'],
      ['replaced', 'was replaced by'],
    ])
    const year = random.uniform() < 0.3 ? ` in ${2002 + random.integer(18)}` : ''
    const say = (x: string, y: string) => random.pick([`${x} ${active} ${y}${year}`, `${y} ${passive} ${x}${year}`])
    return { gold: say(one, other), same: say(one, other), other: say(other, one) }
  }),
  sameOrOther('negations', (random) => {
    const name = inventName(random)
    const [verb, base, thing] = random.pick([
      ['paid', 'pay', 'a dividend'],
      ['met', 'meet', 'its target'],
      ['reported', 'report', 'a loss'],
      ['issued', 'issue', 'new shares'],
      ['renewed', 'renew', 'its credit line'],
      ['closed', 'close', 'the plant'],
    ])
    const yes = () => random.pick([`${name} ${verb} ${thing}`, `${name} did ${base} ${thing}`])
    const no = () =>
      random.pick([
        `${name} did not ${base} ${thing}`,
        `${name} didn't ${base} ${thing}`,
        `${name} failed to ${base} ${thing}`,
      ])
    const [say, sayOther] = random.shuffled([yes, no])
    return { gold: say(), same: say(), other: sayOther() }
  }),
  sameOrOther('dates', (random) => {
    const [year, month, day] = [2000 + random.integer(22), 1 + random.integer(12), 13 + random.integer(16)]
    const moved = random.pick([
      [year + 1, month, day],
      [year, (month % 12) + 1, day],
      [year, month, day === 13 ? 14 : day - 1],
    ])
    return {
      gold: date(year, month, day, random),
      same: date(year, month, day, random),
      other: date(moved[0], moved[1], moved[2], random),
    }
  }),
  sameOrOther('lists of numbers', (random) => {
    const values = Array.from({ length: 2 + random.integer(2) }, () => plainFigure(random))
    const at = random.integer(values.length)
    const wrong = values.map((value, i) => (i === at ? nearMiss(value, random) : value))
    const say = (figures: readonly string[]) => figures.join(random.pick([', ', ' , ', '; ', ' and ']))
    return { gold: say(values), same: say(values), other: say(random.pick([wrong, wrong, values.slice(1)])) }
  }),
  sameOrOther('yes or no with reasons', (random) => {
    const reason = statement(random, random.pick(vocabulary.items), random.pick(['up', 'down'] as const), null)
    const say = (word: string) =>
      random.pick([`${word} , ${reason}`, `${word}, because ${reason}`, `the answer is ${word}`, `${word} .`])
    const [gold, other] = random.shuffled(['yes', 'no'])
    return { gold, same: say(gold), other: say(other) }
  }),
  sameOrOther('numbers in words', (random) => {
    const value = 1 + random.integer(99)
    const wrong = ((value + random.pick([1, 2, 9, 10, 50]) - 1) % 99) + 1
    const tail = random.pick(['', ' years', ' million', ' percent'])
    const spell = (figure: number) => random.pick([inWords(figure), inWords(figure), String(figure)])
    const other = random.uniform() < 0.5 ? inWords(wrong) : String(wrong)
    return { gold: spell(value) + tail, same: spell(value) + tail, other: other + tail }
  }),
]

function twoNames(random: KeyedRandom): [string, string] {
  const one = inventName(random)
  let other = inventName(random)
  while (other === one) other = inventName(random)
  return [one, other]
}

function statement(random: KeyedRandom, item: string, way: 'up' | 'down' | 'flat', year: number | null): string {
  const verb = `${item} ${random.pick(answerWords[way])}`
  if (year !== null) return random.pick([`${verb} in ${year}`, `in ${year} , ${verb}`, `${verb} during ${year}`])
  if (way === 'flat') return random.pick([verb, `no change in ${item}`])
  const noun = `${random.pick(way === 'up' ? answerWords.rise : answerWords.fall)} ${item}`
  return random.pick([verb, verb, noun, `there was ${noun}`])
}

function enumerate(names: readonly string[], random: KeyedRandom): string {
  if (names.length === 1) return names[0]
  const last = names[names.length - 1]
  return random.pick([names.join(', '), names.join(' and '), `${names.slice(0, -1).join(', ')} and ${last}`])
}

function inSentence(figure: string, random: KeyedRandom): string {
  const item = random.pick(vocabulary.items)
  const year = 2002 + random.integer(18)
  return random.pick([
    `${item} was ${figure}`,
    `${item} was ${figure} in ${year}`,
    `in ${year} , ${item} was ${figure} .`,
    `the total comes to ${figure}`,
    `so the result is ${figure} .`,
    `it amounted to ${figure} for the year ${year}`,
    `${figure} , as the table shows`,
    `${random.pick(vocabulary.companies)} reported ${figure}`,
  ])
}

function date(year: number, month: number, day: number, random: KeyedRandom): string {
  const [long, short] = answerWords.months.map((names) => names[month - 1])
  const two = (value: number) => String(value).padStart(2, '0')
  return random.pick([
    `${long} ${day}, ${year}`,
    `${long} ${day} , ${year}`,
    `${day} ${short} ${year}`,
    `${short}. ${day}, ${year}`,
    `${year}-${two(month)}-${two(day)}`,
    `${two(month)}/${two(day)}/${year}`,
  ])
}

const small = (
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen ' +
  'eighteen nineteen'
).split(' ')
const tens = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ')

function inWords(value: number): string {
  if (value < 20) return small[value]
  const ten = tens[Math.floor(value / 10) - 2]
  return value % 10 === 0 ? ten : `${ten}-${small[value % 10]}`
}
