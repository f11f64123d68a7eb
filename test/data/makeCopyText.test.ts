import { expect, test } from 'vitest'
import { makeSyntheticTexts } from '../../src/data/makeSyntheticTexts.js'

test('copies: the text says its context again, and pages are another stream of the same seed', () => {
  const copies = makeSyntheticTexts({ seed: 4, examples: 20, content: 'copies' })
  for (const { context, text } of copies) expect(context).toBe(`${text}\n`)
  expect(new Set(copies.map(({ text }) => text)).size).toBe(20)
  expect(makeSyntheticTexts({ seed: 4, examples: 20, content: 'copies' })).toEqual(copies)
  expect(makeSyntheticTexts({ seed: 4, examples: 1 })[0].text).not.toBe(copies[0].text)
})
