import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createTextAssembler } from '../../src/serve/createTextAssembler.js'

/** Tokens are bytes here, so that a character may be spread over four of them. */
const decode = (tokens: readonly number[]) => Buffer.from(tokens).toString('utf8')
const tokensOf = (text: string) => [...Buffer.from(text)]

function assemble(text: string, stop: readonly string[]): string[] {
  const assembler = createTextAssembler(decode, stop)
  const pieces: string[] = []
  for (const token of tokensOf(text)) {
    const { text: piece, stopped } = assembler.push(token)
    pieces.push(piece)
    if (stopped) break
  }
  return [...pieces, assembler.end()].filter((piece) => piece !== '')
}

test('half a character waits for its other half', () => {
  expect(assemble('5 €.', [])).toEqual(['5', ' ', '€', '.'])
})

test('what may begin a stop string waits until it is one or is none; the stop string is no part of the text', () => {
  // "</" could still become the stop string, "</b" cannot.
  expect(assemble('a</b>c</answer>d', ['</answer>'])).toEqual(['a', '</b', '>', 'c'])
  expect(assemble('one\n', ['\n\n'])).toEqual(['o', 'n', 'e', '\n'])
})

test('bytes that are no text are told as such, not held for ever', () => {
  const assembler = createTextAssembler(decode, [])
  const pieces = Array.from({ length: 40 }, () => assembler.push(0xff).text)
  expect(pieces.join('').length).toBeGreaterThan(30)
})

test('pieces add up to the text before the first stop string, whatever it is', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', 'ab', '€', '𝟝', '\n'), maxLength: 30 })
  const stop = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', '€'), minLength: 1, maxLength: 3 }), {
    maxLength: 3,
  })
  fc.assert(
    fc.property(text, stop, (whole, strings) => {
      const ends = strings.map((string) => whole.indexOf(string)).filter((place) => place >= 0)
      // A stop string is seen as soon as it is whole, so of two the one that ends first counts.
      const seen = strings
        .filter((string) => whole.includes(string))
        .map((string) => whole.indexOf(string) + string.length)
      const shortest = Math.min(...seen)
      const upTo = ends.length === 0 ? whole : whole.slice(0, shortest)
      const cut = Math.min(upTo.length, ...strings.map((string) => upTo.indexOf(string)).filter((place) => place >= 0))
      expect(assemble(whole, strings).join('')).toBe(whole.slice(0, cut))
    }),
  )
})
