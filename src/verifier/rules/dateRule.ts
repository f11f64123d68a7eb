import type { RuleDecision } from './RuleDecision.js'
import type { RuleQuery } from './RuleQuery.js'

/** A calendar day, month or quarter; a part that was not written is absent. */
interface CalendarDate {
  readonly year: number
  readonly month?: number
  readonly day?: number
  readonly quarter?: number
}

/** Days, months and quarters in their usual writings; `3/4/2009` may be March or April, so it decides nothing. */
export function dateRule({ gold, answer }: RuleQuery): RuleDecision | null {
  const [expected, given] = [readDate(gold), readDate(answer)]
  if (expected === null || given === null) return null
  const parts = ['year', 'quarter', 'month', 'day'] as const
  if (parts.some((part) => (expected[part] === undefined) !== (given[part] === undefined))) return null
  return parts.every((part) => expected[part] === given[part])
    ? { verdict: 'equivalent', reason: 'the same date' }
    : { verdict: 'different', reason: 'the dates differ' }
}

const months = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ')
const month =
  '(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\\.?'
const day = '(\\d{1,2})(?:st|nd|rd|th)?'
const year = '(\\d{4})'

const iso = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/
const chinese = /^(\d{4})年 ?(\d{1,2})月(?: ?(\d{1,2})[日号])?$/
const monthFirst = new RegExp(`^${month} ${day} ?,? ?${year}$`)
const dayFirst = new RegExp(`^${day}(?: of)?[ -]${month},?[ -]${year}$`)
const monthOnly = new RegExp(`^${month},?[ -](?:of )?${year}$`)
const numeric = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/
const quarterFirst = /^(?:q([1-4])|([1-4])q|(first|second|third|fourth) quarter(?: of)?)[ ,/-]*(?:fy)?(\d{4})$/
const quarterLast = /^(?:fy ?)?(\d{4})[ -]?(?:q([1-4])|([1-4])q)$/

function readDate(text: string): CalendarDate | null {
  if (text.length > 40) return null
  const rest = text.replace(/^(?:on |in |as of |the )+/, '').replace(/\.$/, '')
  return readDay(rest) ?? readQuarter(rest)
}

function readDay(text: string): CalendarDate | null {
  let found = iso.exec(text) ?? chinese.exec(text)
  if (found !== null) return made(found[1], found[2], found[3])
  found = monthFirst.exec(text)
  if (found !== null) return made(found[3], monthNumber(found[1]), found[2])
  found = dayFirst.exec(text)
  if (found !== null) return made(found[3], monthNumber(found[2]), found[1])
  found = monthOnly.exec(text)
  if (found !== null) return made(found[2], monthNumber(found[1]))
  found = numeric.exec(text)
  return found === null ? null : readNumeric(found)
}

/** Day and month in digits are told apart where one is past 12, or where they are the same. */
function readNumeric([, first, second, yearDigits]: RegExpExecArray): CalendarDate | null {
  if (Number(first) > 12 || first === second) return made(yearDigits, second, first)
  return Number(second) > 12 ? made(yearDigits, first, second) : null
}

function readQuarter(text: string): CalendarDate | null {
  const first = quarterFirst.exec(text)
  if (first !== null) {
    const ordinal = ['first', 'second', 'third', 'fourth'].indexOf(first[3]) + 1
    return { year: Number(first[4]), quarter: Number(first[1] ?? first[2] ?? ordinal) }
  }
  const last = quarterLast.exec(text)
  return last === null ? null : { year: Number(last[1]), quarter: Number(last[2] ?? last[3]) }
}

function monthNumber(name: string): number {
  return months.indexOf(name.slice(0, 3)) + 1
}

function made(yearDigits: string, monthIn: string | number, dayDigits?: string): CalendarDate | null {
  const date = {
    year: Number(yearDigits),
    month: Number(monthIn),
    day: dayDigits === undefined ? undefined : Number(dayDigits),
  }
  const valid = date.month >= 1 && date.month <= 12 && (date.day === undefined || (date.day >= 1 && date.day <= 31))
  return valid ? date : null
}
