import fc from 'fast-check'
import { expect, test } from 'vitest'
import { spansToMask } from '../../src/tokenizer/spansToMask.js'
import { smallTokenizer } from './smallTokenizer.js'

test('tokens by their lengths: those that hold a byte of the span', () => {
  // "a½b" is 4 bytes: tokens a | first byte of ½ | its second and b. Span "½": the two tokens that hold its bytes.
  const lengths = [1, 1, 2]
  const tools = { encode: () => [], byteLength: (id: number) => lengths[id] }
  expect(spansToMask('a½b', [0, 1, 2], [[1, 2]], tools)).toEqual([0, 1, 1])
  expect(spansToMask('a½b', [0, 1, 2], [[0, 1]], tools)).toEqual([1, 0, 0])
  expect(spansToMask('a½b', [0, 1, 2], [[1, 1]], tools)).toEqual([0, 0, 0])
})

test('by lengths and by encoding anew the mask is the same, where spans begin and end at special tokens', async () => {
  const { encode, decode } = await smallTokenizer(null)
  const byteLength = (id: number) => decode([id], { skipSpecialTokens: false }).length // the text is ASCII
  const content = fc.string({ unit: fc.constantFrom('H', 'i', '\n', ' ', '7'), maxLength: 8 })
  fc.assert(
    fc.property(fc.array(fc.tuple(content, fc.boolean()), { maxLength: 5 }), (turns) => {
      let text = ''
      const spans: [number, number][] = []
      for (const [content, isChosen] of turns) {
        text += '<|im_start|>'
        const start = text.length
        text += `${content}<|im_end|>`
        if (isChosen) spans.push([start, text.length])
      }
      const ids = encode(text)
      const byLength = spansToMask(text, ids, spans, { encode: () => [], byteLength })
      expect(byLength).toEqual(spansToMask(text, ids, spans, { encode, byteLength: () => 0 }))
      const masked = ids.filter((_, i) => byLength[i] === 1)
      expect(decode(masked)).toBe(
        spans
          .map(([start, end]) => text.slice(start, end))
          .join('')
          .replaceAll('<|im_end|>', ''),
      )
    }),
    { numRuns: 200 },
  )
})
