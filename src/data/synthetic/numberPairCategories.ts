import { nearMiss } from './nearMiss.js'
import type { PairCategory } from './PairCategory.js'
import { plainFigure } from './plainFigure.js'
import { sameOrOther } from './sameOrOther.js'
import { turningWords } from './turningWords.js'

const countedThings = (
  'shares|stores|years|months|employees|properties|countries|units|options|barrels|customers|stores created per year|' +
  'shares outstanding|employees on average|of total revenue|of net sales|per share|per year|each|年|家|股|人'
).split('|')

/** Answers that are numbers, choices and the like: what rules can decide. */
export const numberPairCategories: readonly PairCategory[] = [
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
  sameOrOther('words behind', (random) => {
    const value = plainFigure(random)
    const counted = random.pick(countedThings)
    const turned = () => `${value} ${random.pick(turningWords)}`
    const [gold, same] = random.shuffled([value, `${value} ${counted}`])
    return { gold, same, other: random.uniform() < 0.6 ? turned() : `${nearMiss(value, random)} ${counted}` }
  }),
  sameOrOther('basis points', (random) => {
    const points = 5 * (1 + random.integer(120))
    const step = 5 * Math.ceil(points / 25) + 20 // more than rounding hides
    const other = points + step * (points > 2 * step && random.uniform() < 0.5 ? -1 : 1)
    const asPoints = (value: number) => random.pick([`${value} basis points`, `${value} bps`, `${value}bp`])
    const asPercent = (value: number) =>
      random.pick([`${trim((value / 100).toFixed(2))}%`, `${trim((value / 100).toFixed(2))} percent`])
    const [say, sayOther] = random.shuffled([asPoints, asPercent])
    return { gold: say(points), same: sayOther(points), other: sayOther(random.uniform() < 0.3 ? points * 10 : other) }
  }),
  sameOrOther('negative in parentheses', (random) => {
    const value = plainFigure(random)
    const [before, after] = random.pick([
      ['', ''],
      ['$ ', ''],
      ['', '%'],
      ['', ' million'],
    ] as const)
    const paren = (figure: string) =>
      after === '%' ? random.pick([`(${figure}%)`, `(${figure})%`]) : `${before}(${figure})${after}`
    const minus = (figure: string) => `-${before}${figure}${after}`
    const [say, sayOther] = random.shuffled([paren, minus])
    return {
      gold: say(value),
      same: sayOther(value),
      other: random.pick([`${before}${value}${after}`, sayOther(nearMiss(value, random))]),
    }
  }),
  sameOrOther('scientific notation', (random) => {
    const exponent = random.pick([-4, -3, -2, 3, 4, 5, 6, 7, 8, 9])
    const mantissa = (1 + random.integer(899) / 100).toFixed(1 + random.integer(2))
    const plain = (digits: string, power: number) => {
      const value = Number(`${digits}e${power}`)
      return power < 0 ? trim(value.toFixed(8)) : withCommas(String(Math.round(value)))
    }
    const scientific = (digits: string, power: number) =>
      random.pick([
        `${digits}e${power}`,
        `${digits}E${power < 0 ? power : `+${power}`}`,
        `${digits} x 10^${power}`,
        `${digits} × 10^${power}`,
      ])
    const other =
      random.uniform() < 0.5
        ? ([mantissa, exponent + random.pick([-1, 1])] as const)
        : ([nearMiss(mantissa, random), exponent] as const)
    const [say, sayOther] = random.shuffled([plain, scientific])
    return { gold: say(mantissa, exponent), same: sayOther(mantissa, exponent), other: sayOther(...other) }
  }),
  sameOrOther('chinese units', (random) => {
    const [unit, zeros] = random.pick([
      ['万', 4],
      ['亿', 8],
      ['千万', 7],
      ['万亿', 12],
    ] as const)
    const value = (1 + random.integer(9990) / 100).toFixed(random.integer(3))
    const tail = random.pick(['', '元', '美元'])
    const chinese = (figure: string, word: string) => `${figure}${word}${tail}`
    const long = (figure: string) => {
      const digits = String(Math.round(Number(figure) * 100)) + '0'.repeat(zeros - 2)
      return random.pick([digits, withCommas(digits)]) + (tail === '' ? '' : random.pick([tail, ` ${tail}`]))
    }
    const wrong = nearMiss(value, random)
    const otherUnit = unit === '万' ? '亿' : '万'
    if (random.uniform() < 0.3)
      return {
        gold: chinese(value, unit),
        same: chinese(`${value}${value.includes('.') ? '0' : '.0'}`, unit),
        other: chinese(value, otherUnit),
      }
    const [gold, same] = random.shuffled([chinese(value, unit), long(value)])
    return { gold, same, other: random.pick([chinese(wrong, unit), long(wrong)]) }
  }),
  sameOrOther('full-width digits', (random) => {
    const value = plainFigure(random)
    const tail = random.pick(['', '', '%', ' million'])
    const wide = (text: string) =>
      [...text]
        .map((sign) => (sign > ' ' && sign <= '~' ? String.fromCodePoint(sign.codePointAt(0)! + 0xfee0) : sign))
        .join('')
    const [say, sayOther] = random.shuffled([wide, (text: string) => text])
    return { gold: say(value + tail), same: sayOther(value + tail), other: sayOther(nearMiss(value, random) + tail) }
  }),
  sameOrOther('ranges', (random) => {
    const low = 1 + random.integer(400)
    const high = low + 1 + random.integer(200)
    const [before, after] = random.pick([
      ['', ''],
      ['', '%'],
      ['$', ''],
      ['', ' million'],
      ['', ' years'],
    ] as const)
    const say = (from: number, to: number) =>
      random.pick([
        `${before}${from}${after} to ${before}${to}${after}`,
        `${before}${from}-${before}${to}${after}`,
        `between ${before}${from}${after} and ${before}${to}${after}`,
        `from ${before}${from} to ${before}${to}${after}`,
        `${before}${from} – ${before}${to}${after}`,
      ])
    const moved = high + 1 + random.integer(9)
    const others = [say(low, moved), say(high, moved), `${before}${low}${after}`, `${before}${high}${after}`]
    return { gold: say(low, high), same: say(low, high), other: random.pick(others) }
  }),
  sameOrOther('programs', (random) => {
    const [a, b, c] = [plainFigure(random), plainFigure(random), plainFigure(random)]
    const constant = random.pick(['const_100', 'const_1000', c])
    const [gold, same, other] = random.pick([
      [
        `subtract(${a}, ${b}), divide(#0, ${b})`,
        `subtract(${a},${b}),divide(#0,${b})`,
        `subtract(${b}, ${a}), divide(#0, ${a})`,
      ],
      [
        `add(${a}, ${b}), divide(#0, ${constant})`,
        `add(${b}, ${a}), divide(#0, ${constant})`,
        `add(${a}, ${b}), multiply(#0, ${constant})`,
      ],
      [`multiply(${a}, ${constant})`, `multiply(${constant}, ${a})`, `divide(${a}, ${constant})`],
      [`add(${a}, ${b}), add(#0, ${c})`, `add(${b}, ${c}), add(#0, ${a})`, `add(${a}, ${b}), subtract(#0, ${c})`],
      [
        `divide(${a}, ${b}), multiply(#0, const_100)`,
        `multiply(${a}, const_100), divide(#0, ${b})`,
        `divide(${b}, ${a}), multiply(#0, const_100)`,
      ],
    ])
    // Figures that happen to be equal would make the wrong program right.
    return { gold, same, other: new Set([a, b, c]).size === 3 ? other : `subtract(${a}, 7919.5)` }
  }),
]

const withCommas = (digits: string) => digits.replace(/\B(?=(\d{3})+$)/g, ',')
const trim = (decimal: string) => (decimal.includes('.') ? decimal.replace(/0+$/, '').replace(/\.$/, '') : decimal)
