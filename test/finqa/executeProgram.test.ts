import { existsSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { executeProgram } from '../../src/finqa/executeProgram.js'
import { literalReading } from './literalReading.js'

const table = [
  ['in millions', '2009', '2008'],
  ['revenue', '$ 5829', '5735'],
  ['other', '-32 ( 32 )', '14% ( 14 % )'],
  ['twice', '1', '2'],
  ['twice', '3', '5'],
  ['notes', 'see below', '2'],
]
const value = (program: string | string[], dialect: 'finqa' | 'convfinqa' = 'finqa') => {
  const result = executeProgram(program, { table }, { dialect })
  return result.valid ? result.value : `invalid: ${result.reason}`
}

describe('the operators', () => {
  test.each([
    ['subtract(5829, 5735), divide(#0, 5735)', 0.01639], // 94 / 5735 = 0.016390…
    ['add(1,000, 0.5)', 1000.5],
    ['multiply(200, 15%)', 30],
    ['divide(const_m1, const_4)', -0.25],
    ['exp(1.05, 3)', 1.15763], // 1.157625 lies just above the tie in binary
    ['greater(5, 5)', 'no'],
    ['greater(5829, 5735)', 'yes'],
    ['table_max(revenue, none)', 5829],
    ['table_min(other, none)', -32], // -32 and 0.14
    ['table_sum(twice, none)', 8], // the last row of that name
    ['table_average(revenue, none)', 5782],
  ])('%s = %s', (program, expected) => expect(value(program)).toBe(expected))
})

describe('what makes a program invalid says why', () => {
  test.each([
    ['divide(1, 0)', 'division by zero'],
    ['add(#0, 1)', '"#0" names no earlier step'],
    ['exp(-8, 0.5)', 'no number'],
    ['exp(10, 400)', 'overflow'],
    ['add(five, 1)', '"five" is not a number'],
    ['plus(1, 2)', 'an operator stands there'],
    ['table_sum(notes, none)', '"see below" is not a number'],
    ['table_sum(nothing, none)', 'no row "nothing"'],
    ['greater(1, 2), add(#0, 1)', 'takes numbers'],
    ['5829', 'an operator stands there'],
    ['', 'no step is complete'],
  ])('%s: %s', (program, reason) => expect(value(program)).toContain(reason))
})

test('a program of one number belongs to ConvFinQA alone', () => {
  expect(value('5829', 'convfinqa')).toBe(5829)
  expect(value('14.464%', 'convfinqa')).toBe(0.14464)
  expect(value('none', 'convfinqa')).toContain('not a number')
})

test('the last result alone is rounded, ties to the even digit of the exact binary value', () => {
  expect(value('add(0.015625, 0)')).toBe(0.01562) // 1/64 is exactly half-way; 2 is even
  expect(value('add(0.046875, 0)')).toBe(0.04688) // 3/64 too; 7 is odd, so up
  expect(value('subtract(0, 0.015625)')).toBe(-0.01562)
  expect(value('divide(1, 3), multiply(#0, 3)')).toBe(1) // 0.33333 · 3 would be 0.99999
})

test('an unfinished last step is not looked at, as in the official scorer', () => {
  expect(value(['add(', '1', '2', ')', 'divide(', '#0'])).toBe(3)
})

test('agrees with a slow, literal reading of the rules', () => {
  const figure = fc.oneof(
    fc.integer({ min: -300, max: 9999 }).map(String),
    fc.double({ min: -50, max: 5000, noNaN: true }).map((x) => x.toFixed(2)),
    fc.constantFrom('0', '5%', '1,250', 'const_100', 'const_m1', '0.5', '2', '3', 'none', '0.015625', '-0.5', '7.5 %'),
  )
  const argument = fc.oneof(
    { weight: 3, arbitrary: figure },
    { weight: 2, arbitrary: fc.constantFrom('#0', '#1', '#2') },
  )
  const plain = fc
    .tuple(fc.constantFrom('add', 'subtract', 'multiply', 'divide', 'exp', 'greater'), argument, argument)
    .map(([operator, a, b]) => [`${operator}(`, a, b, ')'])
  const overRow = fc
    .tuple(
      fc.constantFrom('table_max', 'table_min', 'table_sum', 'table_average'),
      fc.constantFrom('revenue', 'other', 'twice', 'notes', 'nothing'),
    )
    .map(([operator, row]) => [`${operator}(`, row, 'none', ')'])
  const program = fc
    .array(fc.oneof({ weight: 4, arbitrary: plain }, { weight: 1, arbitrary: overRow }), { minLength: 1, maxLength: 4 })
    .map((steps) => steps.flat())
  fc.assert(
    fc.property(program, (tokens) => {
      const result = executeProgram(tokens, { table }, { dialect: 'finqa' })
      expect(result.valid ? result.value : 'invalid').toEqual(literalReading(tokens, table))
    }),
    { numRuns: 3000, seed: 1 },
  )
})

const shared = new URL('../../../shared/data/', import.meta.url)
const read = (name: string) => JSON.parse(readFileSync(new URL(name, shared), 'utf8'))

describe.skipIf(!existsSync(shared))('gold programs of the real data (skipped where ../shared/data is absent)', () => {
  test.each(['finqa/train.json', 'finqa/dev.json'])('%s', (name) => {
    for (const { id, table, qa } of read(name)) {
      const result = executeProgram(qa.program, { table }, { dialect: 'finqa' })
      expect(result, id).toEqual({ valid: true, value: qa.exe_ans })
    }
  })
  test.each(['convfinqa/train.json', 'convfinqa/dev.json'])('%s', (name) => {
    for (const { id, table, annotation } of read(name))
      annotation.turn_program.forEach((program: string, turn: number) => {
        const result = executeProgram(program, { table })
        expect(result, `${id}_${turn}`).toEqual({ valid: true, value: annotation.exe_ans_list[turn] })
      })
  })
})
