import type { Page } from './Page.js'
import type { ProgramResult } from './ProgramResult.js'
import type { ProgramStep } from './parseSteps.js'
import { parseFigure } from './parseFigure.js'
import { parseSteps } from './parseSteps.js'
import { powerOf } from './powerOf.js'
import { pythonText } from './pythonText.js'
import { roundToFiveDecimals } from './roundToFiveDecimals.js'
import { tokenizeProgram } from './tokenizeProgram.js'

/** A step's value. Strings are "yes" and "no" (Python goes on computing with them); `complex` is a root of a negative. */
type Value = number | string | typeof COMPLEX
const COMPLEX = Symbol('complex')

/** Ends a program as invalid; only the reason leaves this file. */
class Invalid extends Error {}

/**
 * Executes a program by FinQA's official rules: float arithmetic, `#n` for earlier results, table operators over the row
 * named by argument 1, the last result rounded to five decimals.
 *
 * @param program text (`subtract(5829, 5735), divide(#0, 5735)`) or its tokens without EOF
 * @param page    its table serves the table operators
 * @param options dialect `convfinqa` (default) allows a program that is one number; `finqa` calls it invalid
 */
export function executeProgram(
  program: string | readonly string[],
  page: Pick<Page, 'table'>,
  options: { readonly dialect?: 'finqa' | 'convfinqa' } = {},
): ProgramResult {
  const tokens = typeof program === 'string' ? tokenizeProgram(program) : program
  try {
    if (tokens.length === 1 && options.dialect !== 'finqa')
      return { valid: true, value: roundToFiveDecimals(figure(tokens[0])) }
    const steps = parseSteps(tokens)
    if (typeof steps === 'string') throw new Invalid(steps)
    return { valid: true, value: finish(runSteps(steps, page.table)) }
  } catch (error) {
    if (error instanceof Invalid) return { valid: false, reason: error.message }
    throw error
  }
}

function runSteps(steps: readonly ProgramStep[], table: Page['table']): Value | undefined {
  const results = new Map<number, Value>()
  let last: Value | undefined
  let row: number[] | undefined // the official scorer keeps the row of the last table step: `table_max(#0, none)` reads it
  for (const [index, step] of steps.entries()) {
    if (step.operator === '') continue
    if (step.operator.startsWith('table_')) {
      if (step.arg1.includes('#')) reference(step.arg1, results)
      else row = readRow(step.arg1, table)
      if (row === undefined) throw new Invalid(`step ${index} names no table row`)
      last = overRow(step.operator, row)
    } else {
      last = compute(step.operator, operand(step.arg1, results), operand(step.arg2, results))
    }
    results.set(index, last)
  }
  return last
}

function finish(value: Value | undefined): number | 'yes' | 'no' {
  if (value === undefined) throw new Invalid('no step is complete')
  if (value === 'yes' || value === 'no') return value
  if (typeof value !== 'number') throw new Invalid('the result is no number')
  return roundToFiveDecimals(value)
}

function operand(text: string, results: ReadonlyMap<number, Value>): Value {
  return text.includes('#') ? reference(text, results) : figure(text)
}

function figure(text: string): number {
  const value = parseFigure(text)
  if (value === undefined) throw new Invalid(`"${text}" is not a number`)
  return value
}

function reference(text: string, results: ReadonlyMap<number, Value>): Value {
  const index = pythonText.integer(text.replaceAll('#', ''))
  const value = index === undefined ? undefined : results.get(index)
  if (value === undefined) throw new Invalid(`"${text}" names no earlier step`)
  return value
}

/** The figures of the row whose first cell is `name` (the last of equal ones). */
function readRow(name: string, table: Page['table']): number[] {
  if (table.some((row) => row.length === 0)) throw new Invalid('the table has an empty row')
  const row = table.findLast((cells) => cells[0] === name)
  if (row === undefined) throw new Invalid(`the table has no row "${name}"`)
  return row.slice(1).map((cell) => figure(pythonText.strip(cell.replaceAll('$', '').split('(')[0])))
}

function overRow(operator: string, row: readonly number[]): number {
  if (row.length === 0 && operator !== 'table_sum') throw new Invalid('the row has no figures')
  // Python's max and min keep the first of what does not compare (NaN), unlike Math.max.
  if (operator === 'table_max') return row.reduce((best, x) => (x > best ? x : best))
  if (operator === 'table_min') return row.reduce((best, x) => (x < best ? x : best))
  const sum = row.reduce((total, x) => total + x, 0)
  return operator === 'table_sum' ? sum : sum / row.length
}

function compute(operator: string, a: Value, b: Value): Value {
  if (typeof a === 'string' || typeof b === 'string') return computeTexts(operator, a, b)
  if (operator === 'divide' && b === 0) throw new Invalid('division by zero')
  if (typeof a !== 'number' || typeof b !== 'number') {
    if (operator === 'greater') throw new Invalid('a complex number has no order')
    return COMPLEX
  }
  if (operator === 'add') return a + b
  if (operator === 'subtract') return a - b
  if (operator === 'multiply') return a * b
  if (operator === 'divide') return a / b
  if (operator === 'greater') return a > b ? 'yes' : 'no'
  return power(a, b)
}

/** Python adds and compares two texts; anything else with a text is an error. */
function computeTexts(operator: string, a: Value, b: Value): Value {
  if (typeof a === 'string' && typeof b === 'string') {
    if (operator === 'add') return a + b
    if (operator === 'greater') return a > b ? 'yes' : 'no'
  }
  throw new Invalid(`${operator} takes numbers, not yes or no`)
}

/** Python's float `**`: C's pow, but zero to a negative power and an overflow are errors and a negative's root is complex. */
function power(a: number, b: number): Value {
  if (a === 1 || (a === -1 && Math.abs(b) === Infinity)) return 1
  if (a === 0 && b < 0) throw new Invalid('zero to a negative power')
  if (Number.isFinite(a) && Number.isFinite(b) && a < 0 && !Number.isInteger(b)) return COMPLEX
  const plain = Number.isFinite(a) && Number.isFinite(b) && a !== 0
  const size = plain ? powerOf(Math.abs(a), b) : a ** b
  const result = plain && a < 0 && b % 2 !== 0 ? -size : size
  if (plain && size === Infinity) throw new Invalid('overflow')
  return result
}
