import { expect, test } from 'vitest'
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
  expect(numeric.length).toBeGreaterThan(400)
  const odd = numeric.filter(({ gold, answer, equivalent }) => answersAgree(answer, Number(gold)) !== equivalent)
  expect(odd.map(({ gold, answer, equivalent, category }) => ({ category, gold, answer, equivalent }))).toEqual([])
})
