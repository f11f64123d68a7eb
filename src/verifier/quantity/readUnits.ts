import { countedWords } from './countedWords.js'
import { currencies } from './currencies.js'
import type { Quantity } from './Quantity.js'
import { scales } from './scales.js'

/** What follows the digits. */
export interface Units {
  /** Power of ten of the scale word and, for basis points and per mille, of the unit (all percents are in percent). */
  readonly exponent: number
  readonly scaled: boolean
  readonly kind: Quantity['kind']
  readonly currency: string | null
  readonly direction: Quantity['direction']
  readonly noun: string
  /** The inside of a parenthesis that repeats the number, where there is one. */
  readonly repeated: string | null
}

/**
 * Reads all that follows the digits of a quantity: scale, percent or currency, a parenthesis with the number again,
 * direction, what is counted. Null where a part is not understood.
 */
export function readUnits(text: string, money: boolean): Units | null {
  const scale = readScale(text, money)
  const kind = readKind(scale.rest)
  const currency = kind.kind === 'number' ? readCurrency(kind.rest) : { code: null, rest: kind.rest }
  const repeated = /^\(([^()]*)\)/.exec(currency.rest)
  const afterRepeat = repeated === null ? currency.rest : currency.rest.slice(repeated[0].length).trim()
  const direction = readDirection(afterRepeat)
  const noun = readNoun(direction.rest)
  if (noun === null) return null
  return {
    exponent: scale.exponent + kind.exponent,
    scaled: scale.exponent !== 0,
    kind: kind.kind,
    currency: currency.code,
    direction: direction.direction,
    noun,
    repeated: repeated?.[1].trim() ?? null,
  }
}

/** A single letter is a scale only right behind the digits or after a currency: `5 m` may be metres. */
function readScale(text: string, money: boolean): { exponent: number; rest: string } {
  const rest = text.trim()
  const attached = !text.startsWith(' ')
  const word =
    /^(?:-(?=[a-z]{2}))?([a-z]+)\.?(?![a-z$])/.exec(rest) ?? /^()(?:[十百千]?[万萬亿億]+|[百千兆])/.exec(rest)
  const written = word?.[1] || word?.[0]
  const exponent = written === undefined ? undefined : scales.get(written)
  if (
    word === null ||
    exponent === undefined ||
    (written?.length === 1 && /[kmb]/.test(written) && !attached && !money)
  ) {
    return { exponent: 0, rest }
  }
  return { exponent, rest: rest.slice(word[0].length).trim() }
}

const kinds: readonly [RegExp, Quantity['kind'], number][] = [
  [/^(?:percentage[- ]points?|ppts?|pp|个百分点)(?![a-z])/, 'points', 0],
  [/^(?:%|per ?cent(?:age)?|pct\.?)(?![a-z])/, 'percent', 0],
  [/^(?:basis[- ]points?|bps?|个?基点)(?![a-z])/, 'percent', -2],
  [/^‰/, 'percent', -1],
]

function readKind(text: string): { kind: Quantity['kind']; exponent: number; rest: string } {
  for (const [pattern, kind, exponent] of kinds) {
    const found = pattern.exec(text)
    if (found !== null) return { kind, exponent, rest: text.slice(found[0].length).trim() }
  }
  return { kind: 'number', exponent: 0, rest: text.replace(/^(?:x|times|倍)(?![a-z])/, '').trim() }
}

function readCurrency(text: string): { code: string | null; rest: string } {
  const written = /^(?:[€£¥$]|u\.s\. dollars?|us dollars?|[a-z]+|[\u4e00-\u9fff]+)(?![a-z$])/.exec(text)?.[0]
  const code = written === undefined ? undefined : currencies.get(written)
  if (written === undefined || code === undefined) return { code: null, rest: text }
  return { code, rest: text.slice(written.length).trim() }
}

const up = /^(?:increase|rise|growth|gain|higher|up)$/
const down = /^(?:decrease|decline|drop|fall|reduction|lower|down)$/

function readDirection(text: string): { direction: Quantity['direction']; rest: string } {
  if (up.test(text)) return { direction: 'up', rest: '' }
  if (down.test(text)) return { direction: 'down', rest: '' }
  return { direction: null, rest: text }
}

/**
 * What is counted: a few known words (`shares`, `stores created per year`, `年`), each in the singular. Any other word
 * may turn the meaning (`5 dozen`, `5 unlikely`): null.
 */
function readNoun(text: string): string | null {
  if (text === '') return ''
  if (text.length > 40) return null
  const words = text.split(' ').map(singular)
  return words.length <= 5 && words.every((word) => countedWords.has(word)) ? words.join(' ') : null
}

function singular(word: string): string {
  if (countedWords.has(word)) return word
  return word
    .replace(/ies$/, 'y')
    .replace(/(?<=x|ch|sh|ss)es$/, '')
    .replace(/(?<=[a-z]{2}[^s])s$/, '')
}
