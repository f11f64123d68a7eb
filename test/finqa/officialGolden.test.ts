import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { executeProgram } from '../../src/finqa/executeProgram.js'
import { programsEquivalent } from '../../src/finqa/programsEquivalent.js'

// What FinQA's own scorer (Python 3.11, sympy 1.14) says of programs over invented figures, odd spellings among them.
const golden = (name: string) =>
  JSON.parse(readFileSync(new URL(`../golden/finqa/${name}.json`, import.meta.url), 'utf8'))

interface Case {
  tokens: string[]
  dialect: 'finqa' | 'convfinqa'
  valid: boolean
  value: string | null
}
const { table, cases } = golden('execute') as { table: string[][]; cases: Case[] }

test.each(cases.map((item, index) => [index, item] as const))('executes as the official scorer: case %i', (_, item) => {
  const result = executeProgram(item.tokens, { table }, { dialect: item.dialect })
  const shown = result.valid ? { valid: true, value: python(result.value) } : { valid: false, value: null }
  expect(shown, item.tokens.join(' ')).toEqual({ valid: item.valid, value: item.value && python(item.value) })
})

/** Python's repr and JavaScript's number-to-text differ in form (5.0, 1e+16), not in value; −0 is 0 to both. */
function python(value: number | string): string {
  const number = Number(String(value).replace('inf', 'Infinity'))
  return Number.isNaN(number) ? String(value).toLowerCase() : String(number + 0)
}

const pairs = golden('equivalent') as [string, string, boolean][]

test.each(pairs)('%s and %s: equivalent %s', (gold, predicted, equal) => {
  expect(programsEquivalent(gold, predicted)).toBe(equal)
})
