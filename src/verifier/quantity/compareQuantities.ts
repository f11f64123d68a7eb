import { sharedSigns } from './currencies.js'
import type { Quantity } from './Quantity.js'

/** How two quantities relate, with the reason in words; null: it takes more than arithmetic to say. */
export interface Comparison {
  readonly verdict: 'equivalent' | 'different'
  readonly reason: string
}

/**
 * Rounding counts as equal (Fin-R1: 2 and 1.98), but a single digit may be off by no more than this share: or "1" would
 * answer every question whose gold lies between 0.5 and 1.5.
 */
const coarsestRounding = 0.05

/**
 * Compares two numbers as written.
 *
 * - The finer one rounded to the last digit shown of the coarser one is that digit: equivalent (half up or half even).
 * - `98 %` and a bare `0.98` are one number. A bare `98` against `98 %`, or a bare `5` against `5 million`, may be a unit
 *   left out or a mistake: null.
 * - Units of different kinds, signs or values: different.
 */
export function compareQuantities(gold: Quantity, answer: Quantity): Comparison | null {
  const units = compareUnits(gold, answer)
  if (units === 'differ') return different('the units do not match')
  const same = compareValues(inNumbers(gold), inNumbers(answer))
  if (same === 'equal') return units === 'unclear' ? null : equivalent(gold, answer)
  if (same === 'coarse') return null
  if (couldBeUnitLeftOut(gold, answer)) return null
  if (same === 'sign') return signs(gold, answer)
  return different('the numbers differ')
}

function equivalent(gold: Quantity, answer: Quantity): Comparison {
  const exact = inNumbers(gold).value === inNumbers(answer).value
  return { verdict: 'equivalent', reason: exact ? 'the same number' : 'the same number after rounding' }
}

function different(reason: string): Comparison {
  return { verdict: 'different', reason }
}

/** A fall told in words against a positive gold may be the size of that fall. */
function signs(gold: Quantity, answer: Quantity): Comparison | null {
  const toldInWords = (told: Quantity, other: Quantity) =>
    told.direction === 'down' && other.direction === null && other.value > 0
  return toldInWords(gold, answer) || toldInWords(answer, gold) ? null : different('the signs differ')
}

type Size = Pick<Quantity, 'value' | 'halfStep' | 'significantDigits'>

/** Percents as fractions. */
function inNumbers(quantity: Quantity): Size {
  const factor = quantity.kind === 'number' ? 1 : 0.01
  const { value, halfStep, significantDigits } = quantity
  return { value: value * factor, halfStep: halfStep * factor, significantDigits }
}

function compareValues(a: Size, b: Size): 'equal' | 'coarse' | 'sign' | 'unequal' {
  if (closeTo(a.value, b.value, 0)) return 'equal'
  if (a.value !== 0 && closeTo(a.value, -b.value, Math.max(a.halfStep, b.halfStep))) return 'sign'
  const [coarse, fine] = a.halfStep >= b.halfStep ? [a, b] : [b, a]
  if (Math.sign(coarse.value) !== Math.sign(fine.value)) return 'unequal'
  if (!closeTo(coarse.value, fine.value, coarse.halfStep)) return 'unequal'
  const share = Math.abs(coarse.value - fine.value) / Math.abs(fine.value)
  return coarse.significantDigits > 1 || share <= coarsestRounding ? 'equal' : 'coarse'
}

/** |a − b| ≤ tolerance, with room for the last bits of float64. */
function closeTo(a: number, b: number, tolerance: number): boolean {
  return Math.abs(a - b) <= tolerance * (1 + 1e-9) + 1e-12 * Math.max(Math.abs(a), Math.abs(b))
}

/** The digits agree and only one side names its percent or its scale. */
function couldBeUnitLeftOut(gold: Quantity, answer: Quantity): boolean {
  const [bare, other] = isBare(gold) ? [gold, answer] : [answer, gold]
  if (!isBare(bare) || isBare(other)) return false
  const powers = other.scaled ? [-12, -9, -8, -7, -6, -5, -4, -3, -2] : other.kind === 'number' ? [] : [0, -4]
  return powers.some((power) => {
    const size = { ...other, value: other.value * 10 ** power, halfStep: other.halfStep * 10 ** power }
    return compareValues(bare, size) === 'equal'
  })
}

function isBare({ kind, scaled, noun }: Quantity): boolean {
  return kind === 'number' && !scaled && noun === ''
}

function compareUnits(gold: Quantity, answer: Quantity): 'agree' | 'unclear' | 'differ' {
  if (gold.currency !== null && answer.currency !== null) {
    if (plainDollar(gold.currency) === plainDollar(answer.currency)) return compareNouns(gold.noun, answer.noun)
    return shares(gold.currency, answer.currency) || shares(answer.currency, gold.currency) ? 'unclear' : 'differ'
  }
  const percentAgainstMoney = (a: Quantity, b: Quantity) => a.kind !== 'number' && b.currency !== null
  if (percentAgainstMoney(gold, answer) || percentAgainstMoney(answer, gold)) return 'differ'
  const percentAgainstCount = (a: Quantity, b: Quantity) => a.kind !== 'number' && b.kind === 'number' && b.noun !== ''
  if (percentAgainstCount(gold, answer) || percentAgainstCount(answer, gold)) return 'differ'
  const moneyAgainstCount = (a: Quantity, b: Quantity) => a.currency !== null && b.noun !== ''
  if (moneyAgainstCount(gold, answer) || moneyAgainstCount(answer, gold)) return 'unclear'
  if (gold.kind !== answer.kind && gold.kind !== 'number' && answer.kind !== 'number') return 'unclear'
  return compareNouns(gold.noun, answer.noun)
}

/** An unmarked dollar is the US dollar of the reports, until the other side names another one. */
function plainDollar(code: string): string {
  return code === 'usd' ? '$' : code
}

function shares(sign: string, code: string): boolean {
  return sharedSigns.get(sign)?.has(code) ?? false
}

/** Names of what is counted that never stand for one another. */
const plainNouns = new Set(
  (
    'second minute hour day week month quarter year decade 年 月 天 日 小时 share store employee people unit option ' +
    'customer property barrel mile acre ton country segment'
  ).split(' '),
)

/** A unit that one side leaves out does not hurt; two names for what is counted may be the same thing. */
function compareNouns(gold: string, answer: string): 'agree' | 'unclear' | 'differ' {
  if (gold === answer || gold === '' || answer === '') return 'agree'
  return plainNouns.has(gold) && plainNouns.has(answer) ? 'differ' : 'unclear'
}
