import { attackPairs } from './attackPairs.js'
import { nearMiss } from './nearMiss.js'
import type { PairCategory } from './PairCategory.js'
import { plainFigure } from './plainFigure.js'
import { sameOrOther } from './sameOrOther.js'
import { textPairCategories } from './textPairCategories.js'

const numberPairCategories: readonly PairCategory[] = [
  sameOrOther('plain number', (random) => {
    const value = plainFigure(random)
    const same = value.includes('.') ? `${value}0` : `${value}.0`
    return { gold: value, same: random.pick([value, same, `${value} .`]), other: nearMiss(value, random) }
  }),
  sameOrOther('thousands separators', (random) => {
    const value = String(1000 + Math.floor(Math.exp(random.uniform() * Math.log(9e6))))
    const [gold, same] = random.shuffled([value, withCommas(value)])
    const wrong = nearMiss(value, random)
    return { gold, same, other: random.pick([withCommas(wrong), wrong]) }
  }),
  sameOrOther('percent and fraction', (random) => {
    const percent = (1 + random.integer(9900) / 100).toFixed(random.integer(3))
    const fraction = trim((Number(percent) / 100).toFixed(5))
    const wrong = nearMiss(percent, random)
    const spell = (value: string) => random.pick([`${value}%`, `${value} %`, `${value} percent`])
    if (random.uniform() < 0.5) return { gold: fraction, same: spell(percent), other: spell(wrong) }
    return { gold: spell(percent), same: fraction, other: trim((Number(wrong) / 100).toFixed(6)) }
  }),
  sameOrOther('rounding', (random) => {
    const value = (Math.exp(random.uniform() * 9) * (random.uniform() < 0.5 ? 1 : 0.01)).toFixed(5)
    const decimals = Math.max(0, 2 - Math.floor(Math.log10(Number(value))) + random.integer(2))
    const shown = Number(value).toFixed(Math.min(4, decimals))
    return { gold: value, same: shown, other: nearMiss(shown, random) }
  }),
  sameOrOther('currency', (random) => {
    const value = plainFigure(random)
    const spell = (figure: string) =>
      random.pick([`$${figure}`, `$ ${figure}`, `${figure} dollars`, `USD ${figure}`, `${figure} usd`])
    const [gold, same] = random.shuffled([value, spell(value)])
    const otherMoney = random.pick([`€ ${value}`, `£${value}`, `${value} euros`, `${value} yen`])
    const mixed = random.uniform() < 0.4
    return { gold: mixed ? spell(value) : gold, same, other: mixed ? otherMoney : spell(nearMiss(value, random)) }
  }),
  sameOrOther('million and billion', (random) => {
    const [word, zeros] = random.pick([
      ['thousand', 3],
      ['million', 6],
      ['billion', 9],
    ] as const)
    const value = (1 + random.integer(9990) / 10).toFixed(random.integer(2))
    const spell = (figure: string) => {
      const long = withCommas(String(Math.round(Number(figure) * 10) * 10 ** (zeros - 1)))
      return random.pick([`${figure} ${word}`, `$${figure} ${word}`, long, `$${long}`, long.replaceAll(',', '')])
    }
    return { gold: spell(value), same: spell(value), other: spell(nearMiss(value, random)) }
  }),
  sameOrOther('units mismatch', (random) => {
    const units = random.shuffled(['thousand', 'million', 'billion', '%', 'shares', 'years'])
    const value = plainFigure(random)
    const spell = (unit: string) => (unit === '%' ? `${value}%` : `${value} ${unit}`)
    return {
      gold: spell(units[0]),
      same: random.pick([spell(units[0]), ` ${spell(units[0])} .`]),
      other: spell(units[1]),
    }
  }),
  sameOrOther('sign', (random) => {
    const value = plainFigure(random)
    const negative = () =>
      random.pick([`-${value}`, `(${value})`, `minus ${value}`, `- ${value}`, `a decrease of ${value}`])
    return { gold: `-${value}`, same: negative(), other: random.pick([value, `+${value}`, `an increase of ${value}`]) }
  }),
  sameOrOther('yes or no', (random) => {
    const spell = {
      yes: ['yes', 'Yes', 'yes .', 'yes , it did', 'true', 'YES'],
      no: ['no', 'No', 'no .', 'no , it did not', 'false', 'NO'],
    }
    const [gold, other] = random.shuffled(['yes', 'no'] as const)
    return { gold, same: random.pick(spell[gold]), other: random.pick(spell[other]) }
  }),
  sameOrOther('multiple choice', (random) => {
    const [gold, other] = random.shuffled(['A', 'B', 'C', 'D'])
    const spell = (letter: string) =>
      random.pick([
        letter,
        letter.toLowerCase(),
        `${letter}.`,
        `(${letter})`,
        `option ${letter}`,
        `the answer is ${letter}`,
      ])
    return { gold, same: spell(gold), other: spell(other) }
  }),
  sameOrOther('wrapped in words', (random) => {
    const value = plainFigure(random)
    const wrap = (figure: string) =>
      random.pick([
        `the answer is ${figure}`,
        `it was ${figure} .`,
        `about ${figure}`,
        `= ${figure}`,
        `answer : ${figure}`,
      ])
    return { gold: value, same: wrap(value), other: wrap(nearMiss(value, random)) }
  }),
]

// What rules cannot decide and a small model is slow to learn: meanings to remember, orders to compare.
const hard = new Set(['statements', 'comparisons', 'abbreviations', 'lists of names', 'attack'])

/** Every kind of pair, drawn with equal weight; the hard ones four times as often. */
export const pairCategories: readonly PairCategory[] = [
  ...numberPairCategories,
  ...textPairCategories,
  attackPairs,
].flatMap((kind) => (hard.has(kind.name) ? [kind, kind, kind, kind] : [kind]))

const withCommas = (digits: string) => digits.replace(/\B(?=(\d{3})+$)/g, ',')
const trim = (decimal: string) => decimal.replace(/0+$/, '').replace(/\.$/, '')
