import { expect, test } from 'vitest'
import { makeBenchPairs } from '../../src/data/makeBenchPairs.js'
import { textPairCategories } from '../../src/data/synthetic/textPairCategories.js'
import { makePairs } from '../../src/data/makePairs.js'
import { answersAgree } from '../../src/finqa/answersAgree.js'

const pairs = makePairs({ seed: 11, examples: 6000 })

test('half of them say the same', () => {
  const share = pairs.filter(({ equivalent }) => equivalent).length / pairs.length
  expect(share).toBeGreaterThan(0.42)
  expect(share).toBeLessThan(0.58)
})

test('the same seed and number give the same pair', () => {
  expect(makePairs({ seed: 11, examples: 5, offset: 100 })).toEqual(pairs.slice(100, 105))
  expect(makePairs({ seed: 12, examples: 5 })).not.toEqual(pairs.slice(0, 5))
})

test('attacks are never equivalent', () => {
  const attacks = pairs.filter(({ category }) => /attack/.test(category))
  expect(attacks.length).toBeGreaterThan(50)
  expect(attacks.filter(({ equivalent }) => equivalent)).toEqual([])
})

test('labels of numbers agree with arithmetic', () => {
  const numeric = pairs.filter(
    ({ category, gold }) =>
      /^(plain number|thousands separators|wrapped in words|rounding)$/.test(category) && /^-?[\d.]+$/.test(gold),
  )
  expect(numeric.length).toBeGreaterThan(250)
  const odd = numeric.filter(({ gold, answer, equivalent }) => answersAgree(answer, Number(gold)) !== equivalent)
  expect(odd.map(({ gold, answer, equivalent, category }) => ({ category, gold, answer, equivalent }))).toEqual([])
})

test('the bench set has 200 pairs and more of each category, 30 % and more of them textual, attacks apart', () => {
  const { pairs: bench, attacks } = makeBenchPairs({ seed: 3, examples: 7000 })
  expect(bench.length).toBe(7000)
  const counts = new Map<string, number>()
  for (const { category } of bench) counts.set(category, (counts.get(category) ?? 0) + 1)
  for (const [category, count] of counts) expect([category, count >= 200]).toEqual([category, true])
  for (const category of [
    'thousands separators',
    'currency',
    'percent and fraction',
    'basis points',
    'million and billion',
    'negative in parentheses',
    'scientific notation',
    'chinese units',
    'full-width digits',
    'ranges',
    'rounding',
    'sign',
    'units mismatch',
    'yes or no',
    'dates',
    'multiple choice',
    'programs',
    'lists of numbers',
  ])
    // prettier-ignore
    expect(counts.has(category)).toBe(true)
  const textual = new Set(textPairCategories.map(({ name }) => name))
  // Dates, lists of numbers and numbers in words stand among the texts but are no prose.
  for (const name of ['dates', 'lists of numbers', 'numbers in words']) textual.delete(name)
  expect(bench.filter(({ category }) => textual.has(category)).length / bench.length).toBeGreaterThanOrEqual(0.3)
  const equivalent = bench.filter((pair) => pair.equivalent).length / bench.length
  expect(equivalent).toBeGreaterThan(0.45)
  expect(equivalent).toBeLessThan(0.62)
  expect(attacks.every((pair) => !pair.equivalent)).toBe(true)
  expect(new Set(attacks.map(({ category }) => category)).size).toBe(10)
})
