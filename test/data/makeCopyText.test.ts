import { expect, test } from 'vitest'
import { makeSyntheticTexts } from '../../src/data/makeSyntheticTexts.js'
import { learnMarked } from '../../src/data/synthetic/learnMarked.js'

test('marks are taken out, and what they held is found again by its place', () => {
  const { text, learned } = learnMarked('cash 2019 is «35» , «36»\n«»end')
  expect(text).toBe('cash 2019 is 35 , 36\nend')
  expect(learned.map(([start, end]) => text.slice(start, end))).toEqual(['35', '36'])
})

test('copies: all that is to be learned was said before, in runs too long to guess', () => {
  const copies = makeSyntheticTexts({ seed: 4, examples: 50, content: 'copies' })
  for (const { text, learned } of copies) {
    expect(learned!.length).toBeGreaterThan(0)
    for (const [start, end] of learned!)
      for (const word of text.slice(start, end).match(/[a-z]+|\d\d/g) ?? [])
        expect(text.slice(0, start)).toContain(word)
  }
  const lengths = copies.flatMap(({ learned }) => learned!.map(([start, end]) => end - start))
  expect(lengths.reduce((sum, length) => sum + length) / lengths.length).toBeGreaterThan(100)
})

test('lookups: what is asked was told, by name and year, among several names', () => {
  const lookups = makeSyntheticTexts({ seed: 4, examples: 60, content: 'lookups' })
  for (const { text, learned } of lookups) {
    for (const [start, end] of learned!) {
      const asked = text.slice(text.lastIndexOf('\n', start) + 1, end)
      expect(text.slice(0, learned![0][0])).toMatch(new RegExp(`^(.* , )?${asked.replaceAll('.', '\\.')}( , |$)`, 'm'))
    }
    expect(text.split('\n').filter((line) => line.includes(' , ')).length).toBeGreaterThan(1)
  }
})

test('the same seed gives the same texts; pages are another stream of it', () => {
  const copies = makeSyntheticTexts({ seed: 4, examples: 20, content: 'copies' })
  expect(makeSyntheticTexts({ seed: 4, examples: 20, content: 'copies' })).toEqual(copies)
  expect(makeSyntheticTexts({ seed: 4, examples: 1 })[0].text).not.toBe(copies[0].text)
})
