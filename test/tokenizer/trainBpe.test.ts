import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Tokenizer } from '../../src/tokenizer/Tokenizer.js'
import { InputError } from '../../src/lib/InputError.js'
import { loadTokenizer } from '../../src/tokenizer/loadTokenizer.js'
import { openTokenizerLibrary } from '../../src/tokenizer/openTokenizerLibrary.js'
import { roleChatTemplate } from '../../src/tokenizer/roleChatTemplate.js'
import { trainBpe } from '../../src/tokenizer/trainBpe.js'
import { writeTokenizer } from '../../src/tokenizer/writeTokenizer.js'

const specialTokens = ['<|pad|>', '<|bos|>', '<|eos|>', '<|user|>', '<|assistant|>', '<|system|>']
const addedTokens = ['<think>', '</think>', '<answer>', '</answer>']
const texts = [
  'net revenue was $ 1,234 million in 2019 and $ 1,250 million in 2020\n',
  'revenue rose and revenue fell; the revenues of the year were revenue all the same <think> <think>\n',
]

test('the most frequent pair first, ties to the lower ids', () => {
  // Words: aab ×3, cab ×1, "Ġ" leads all but the first. Pairs: ab 3 + 1 = 4, aa 3, Ġa 2, Ġc 1, ca 1.
  // ab → "ab" (4); then aa is gone, a·ab 3 → "aab" (3); then Ġ·aab 2 → "Ġaab"; Ġc, c·ab stand once and are not merged.
  const { model } = trainBpe(['aab aab aab cab'], { vocabSize: 300, specialTokens: [] })
  expect(model.merges).toEqual([
    ['a', 'b'],
    ['a', 'ab'],
    ['Ġ', 'aab'],
  ])
})

test('of pairs as frequent as each other the one of lower ids is merged first, whatever the order of the texts', () => {
  const forwards = trainBpe(['xy xy', 'ab ab'], { vocabSize: 258, specialTokens: [] })
  const backwards = trainBpe(['ab ab', 'xy xy'], { vocabSize: 258, specialTokens: [] })
  expect(forwards.model.merges[0]).toEqual(['a', 'b'])
  expect(forwards).toEqual(backwards)
})

test('ids: special tokens, added tokens, bytes, merges; no more than asked for', () => {
  const json = trainBpe(texts, { vocabSize: 280, specialTokens, addedTokens })
  expect(json.added_tokens.map((token) => [token.id, token.content, token.special])).toEqual([
    ...specialTokens.map((content, id) => [id, content, true]),
    ...addedTokens.map((content, i) => [6 + i, content, false]),
  ])
  expect(Object.values(json.model.vocab).sort((a, b) => a - b)).toEqual(Array.from({ length: 280 }, (_, id) => id))
  expect(json.model.merges).toHaveLength(280 - 10 - 256)
})

test('merges never hold a digit, nor a piece of a special token', () => {
  const { model } = trainBpe([...texts, '<|eos|>'.repeat(50)], { vocabSize: 400, specialTokens, addedTokens })
  const learned = model.merges.map((pair) => pair.join(''))
  expect(learned.filter((token) => /\d|eos|think/.test(token) && token.length > 1)).toEqual([])
  expect(learned).toContain('Ġrevenue')
})

test('a merge learned twice over (ab·c, a·bc) gives one token', () => {
  const json = trainBpe(['abc abc abc bcd bcd bcd bcd abd abd abd'], { vocabSize: 280, specialTokens: [] })
  const ids = Object.values(json.model.vocab)
  expect(new Set(ids).size).toBe(ids.length)
})

test.each([
  [{ vocabSize: 265, specialTokens, addedTokens }, /vocabSize: found 265; 10 special and added tokens .* need 266/],
  [{ vocabSize: 500, specialTokens: ['<a>', '<a>'] }, /<a> is named twice/],
  [{ vocabSize: 500, specialTokens: [''] }, /number 0 is empty/],
  [{ vocabSize: 500, specialTokens: ['Ġ'] }, /already stands for a byte/],
])('what cannot be is said: %j', (options, message) => {
  expect(() => trainBpe(texts, options)).toThrow(message)
  expect(() => trainBpe(texts, options)).toThrow(InputError)
})

describe('as a model directory', () => {
  let directory: string
  let tokenizer: Tokenizer
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'fintune-bpe-'))
    const json = trainBpe(texts, { vocabSize: 320, specialTokens, addedTokens })
    const config = { padToken: '<|pad|>', bosToken: '<|bos|>', eosToken: '<|eos|>', chatTemplate: roleChatTemplate }
    await writeTokenizer(directory, json, config)
    tokenizer = await loadTokenizer(directory)
  })
  afterAll(() => rmSync(directory, { recursive: true }))

  test('any text comes back', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc
        .array(fc.constantFrom(...specialTokens, ...addedTokens, ' ', '\n', '½', '٣', '1', 'revenue'), {
          maxLength: 20,
        })
        .map((a) => a.join('')),
    )
    fc.assert(
      fc.property(text, (value) => {
        expect(tokenizer.decode(tokenizer.encode(value), { skipSpecialTokens: false })).toBe(value)
      }),
      { numRuns: 400 },
    )
  })

  test('special tokens are left out of decoded text, added ones stay', () => {
    const ids = tokenizer.encode('<think>2</think><|eos|>')
    expect(ids).toEqual([6, tokenizer.tokenId('2'), 7, 2])
    expect(tokenizer.decode(ids)).toBe('<think>2</think>')
  })

  test('the role template: <|role|>text<|eos|>, and the answers masked', () => {
    const messages = [
      { role: 'user', content: 'revenue?' },
      { role: 'assistant', content: '<answer>2</answer>' },
      { role: 'user', content: 'and 2020?' },
    ] as const
    expect(tokenizer.renderChat(messages, { addGenerationPrompt: true })).toBe(
      '<|user|>revenue?<|eos|><|assistant|><answer>2</answer><|eos|><|user|>and 2020?<|eos|><|assistant|>',
    )
    const { ids, assistantMask } = tokenizer.encodeChat(messages, { addGenerationPrompt: true })
    expect(ids.filter((_, i) => assistantMask[i] === 1)).toEqual([8, tokenizer.tokenId('2'), 9, 2])
  })

  test('ends, padding and size', () => {
    expect(tokenizer).toMatchObject({
      padTokenId: 0,
      bosTokenId: 1,
      eosTokenIds: [2],
      endOfTurnTokenId: 2,
      vocabSize: 290, // asked for 320, but no further pair stands twice
    })
  })
})

test('numbers: pairs makes years whole and other figures pairs, whatever was in the texts', async () => {
  const json = trainBpe(['profit rose to 12'], { vocabSize: 700, specialTokens: ['<eos>'], numbers: 'pairs' })
  const library = openTokenizerLibrary(json, {})
  const tokens = new Map(Object.entries(json.model.vocab).map(([token, id]) => [id, token]))
  const pieces = (text: string) =>
    library
      .encode(text, { add_special_tokens: false })
      .ids.map((id) => tokens.get(id))
      .join(' ')
  expect(pieces('1999 10241 921 07 2100 20191 3.25')).toBe('1999 Ġ 10 24 1 Ġ 92 1 Ġ 07 Ġ 21 00 Ġ 20 19 1 Ġ 3 . 25')
  for (let year = 1900; year < 2100; year++) expect(pieces(String(year))).toBe(String(year))
  for (let pair = 0; pair < 100; pair++) expect(pieces(String(pair).padStart(2, '0'))).toHaveLength(2)
})

test('numbers: pairs leaves a space before a number to the word or sign before it', async () => {
  const texts = ['rose to 12 or to 7 or to 8', 'add($ 1, 20), $ 1, $ 2, 30']
  const json = trainBpe(texts, { vocabSize: 700, specialTokens: ['<eos>'], numbers: 'pairs' })
  const library = openTokenizerLibrary(json, {})
  const cut = library.pre_tokenizer!.pre_tokenize("rose to 12 and it's 7, (5) $ 3\n 2")
  expect(cut).toEqual(['rose', 'ĠtoĠ', '12', 'Ġand', 'Ġit', "'sĠ", '7', ',', 'Ġ(', '5', ')', 'Ġ$Ġ', '3', 'Ċ', 'Ġ', '2'])
  expect(json.model.merges.map((pair) => pair.join(''))).toEqual(expect.arrayContaining(['ĠtoĠ', ',Ġ']))
})
