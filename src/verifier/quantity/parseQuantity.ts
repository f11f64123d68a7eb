import { currencies } from './currencies.js'
import type { Quantity } from './Quantity.js'
import { readNumber } from './readNumber.js'
import { readNumberWords } from './readNumberWords.js'
import { readUnits, type Units } from './readUnits.js'

/** Longer texts are prose, not a number with its unit. */
const longestQuantity = 120

/**
 * Reads a whole normalised text (normaliseText) as one number with its sign, scale and unit; null where it is anything
 * else, or leaves a doubt. Nothing is searched for: a number within a sentence is not read.
 */
export function parseQuantity(text: string): Quantity | null {
  if (text.length > longestQuantity || text === '') return null
  const head = readHead(stripLead(text.replace(/ ?[.!;]$/, '')))
  if (head === null) return null
  const digits = readNumber(head.rest)
  const number = digits ?? readNumberWords(head.rest)
  if (number === null) return null
  const tail = head.rest.slice(number.length)
  if (head.parenthesis && !tail.includes(')')) return null
  const units = readUnits(head.parenthesis ? tail.replace(')', '') : tail, head.currency !== null)
  // `three quarters` may be 0.75
  if (units === null || (digits === null && /^quarter\b/.test(units.noun))) return null
  return assemble(head, number, units)
}

const leads =
  /^(?:(?:so|thus|therefore|hence),? )?(?:(?:the )?(?:final )?(?:answer|result|value)(?: is| ?:| =| equals)|it is|it was|is|was|=)(?: |$)/
const approximations =
  /^(?:approximately|approx\.?|about|around|roughly|circa|ca\.|by|an?(?= [\d$€£+-])|[~≈]|约为?|大约) ?/

function stripLead(text: string): string {
  let rest = text
  for (const lead of [leads, approximations]) rest = rest.replace(lead, '').trimStart()
  return rest
}

interface Head {
  readonly negative: boolean
  readonly parenthesis: boolean
  readonly currency: string | null
  readonly direction: Quantity['direction']
  readonly rest: string
}

const up =
  /^(?:an? )?(?:(?:increase|rise|growth|gain|improvement)(?![a-z])(?: of| by)?|(?:increased|rose|grew|gained|climbed|improved|up)(?![a-z])(?: by)?|增加了?|增长了?|上升了?|上涨了?) ?/
const down =
  /^(?:an? )?(?:(?:decrease|decline|drop|fall|reduction)(?![a-z])(?: of| by)?|(?:decreased|declined|dropped|fell|reduced|down)(?![a-z])(?: by)?|减少了?|下降了?|下跌了?|降低了?) ?/

/** Direction words, sign, currency and an accountant's parenthesis before the digits, in any usual order. */
function readHead(text: string): Head | null {
  const direction = up.test(text) ? 'up' : down.test(text) ? 'down' : null
  let rest = text.replace(direction === 'up' ? up : direction === 'down' ? down : /^$/, '').replace(approximations, '')
  let currency: string | null = null
  let sign: string | null = null
  let parenthesis = false
  for (;;) {
    const mark = /^(?:(?<sign>[+-]|(?:minus|negative)(?= ))|(?<open>\()) ?/.exec(rest)
    const money: Money | null = currency === null ? readCurrencyPrefix(rest) : null
    if (money !== null) {
      currency = money.code
      rest = rest.slice(money.length)
    } else if (mark?.groups?.sign !== undefined && sign === null) {
      sign = mark.groups.sign === '+' ? '+' : '-'
      rest = rest.slice(mark[0].length)
    } else if (mark?.groups?.open !== undefined && !parenthesis) {
      parenthesis = true
      rest = rest.slice(mark[0].length)
    } else break
  }
  if (direction !== null && (sign === '-' || parenthesis)) return null
  return { negative: sign === '-' || (parenthesis && sign !== '+'), parenthesis, currency, direction, rest }
}

interface Money {
  readonly code: string
  readonly length: number
}

function readCurrencyPrefix(text: string): Money | null {
  const written = /^(?:[a-z]{0,3}\$|[€£¥₹₩₪₽]|rs\.|[a-z]{2,4}(?= ?[\d(+-]))/.exec(text)?.[0]
  const code = written === undefined ? undefined : currencies.get(written)
  if (written === undefined || code === undefined) return null
  return { code, length: written.length + (text[written.length] === ' ' ? 1 : 0) }
}

function assemble(head: Head, number: NonNullable<ReturnType<typeof readNumber>>, units: Units): Quantity | null {
  const { currency: suffixCurrency, direction: suffixDirection } = units
  if (head.currency !== null && suffixCurrency !== null && head.currency !== suffixCurrency && head.currency !== '$')
    return null
  if (head.direction !== null && suffixDirection !== null) return null
  const direction = head.direction ?? suffixDirection
  if (head.negative && suffixDirection !== null) return null
  const factor = 10 ** units.exponent
  const negative = head.negative || direction === 'down'
  if (!repeats(units.repeated, number.value * factor)) return null
  return {
    value: (negative ? -1 : 1) * number.value * factor,
    halfStep: number.lastPlace === null ? 0 : 0.5 * 10 ** (number.lastPlace + units.exponent),
    significantDigits: number.significantDigits,
    kind: units.kind,
    scaled: units.scaled,
    currency: suffixCurrency ?? head.currency,
    noun: units.noun,
    direction,
  }
}

/** FinQA writes `-32 ( 32 )` and `14% ( 14 % )`: the parenthesis must say the same size again. */
function repeats(repeated: string | null, size: number): boolean {
  if (repeated === null) return true
  const again = readNumber(repeated.replace(/^[-$€£ ]+/, ''))
  return (
    again !== null &&
    Math.abs(again.value - size) <= 1e-9 * size &&
    /^ ?%?$/.test(repeated.slice(repeated.search(/\d/) + again.length))
  )
}
