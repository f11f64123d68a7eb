import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeBenchPairs } from '../../src/data/makeBenchPairs.js'
import { textPairCategories } from '../../src/data/synthetic/textPairCategories.js'
import { readSeenPairs } from '../../src/data/readSeenPairs.js'
import { seenPairsFile } from '../../src/data/seenPairsFile.js'
import { SeenPairs } from '../../src/data/SeenPairs.js'
import { embeddedVerifierDirectory } from '../../src/verifier/embedded/embeddedVerifierDirectory.js'
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

// The recipe of the shipped judge trains on the pairs of seeds 1 and 3.
test('the bench leaves out what the shipped judge was trained on, but for what there is too little of', async () => {
  const seen = await readSeenPairs(join(embeddedVerifierDirectory(), seenPairsFile))
  const trained = [1, 3].flatMap((seed) => makePairs({ seed, examples: 10_000 }))
  expect(trained.filter((pair) => !seen.has(pair))).toEqual([])
  const { pairs: bench, attacks } = makeBenchPairs({ seed: 3, examples: 3500, seen })
  const known = bench.filter((pair) => seen.has(pair))
  expect(known.length / bench.length).toBeLessThan(0.09) // without leaving any out, 0.23
  const whole = new Set(['yes or no', 'multiple choice', 'abbreviations'])
  expect(known.filter(({ category }) => !whole.has(category)).length / bench.length).toBeLessThan(0.005)
  expect(attacks.filter((pair) => seen.has(pair))).toEqual([])
  // Held against the pairs themselves, not the filter.
  const text = ({ gold, answer }: { gold: string; answer: string }) => `${gold}\n${answer}`.toLowerCase()
  const texts = new Set(trained.map(text))
  const repeated = [...bench, ...attacks].filter((pair) => texts.has(text(pair)))
  expect(repeated.filter(({ category }) => !whole.has(category)).length / bench.length).toBeLessThan(0.005)
  const labels = (set: typeof bench) => set.map(({ equivalent }) => equivalent)
  expect(labels(bench)).toEqual(labels(makeBenchPairs({ seed: 3, examples: 3500 }).pairs))
})

test('seen pairs are known by what is read of them, in any writing', () => {
  const seen = SeenPairs.none()
  for (const pair of pairs) seen.add(pair)
  const kept = SeenPairs.fromBytes(seen.toBytes())
  expect(pairs.every((pair) => kept.has(pair))).toBe(true)
  expect([kept.has({ gold: 'A  B', answer: '１,000' }), kept.has({ gold: 'x', answer: 'y' })]).toEqual([false, false])
  kept.add({ gold: 'a b', answer: '1000' })
  expect(kept.has({ gold: 'A  B', answer: '１,000' })).toBe(true)
  expect(() => SeenPairs.fromBytes(seen.toBytes().slice(1))).toThrow(/no fintune.seen-pairs/)
})
