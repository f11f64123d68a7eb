import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { extractAnswer } from '../../src/rewards/extractAnswer.js'
import { isWellFormed } from '../../src/rewards/isWellFormed.js'

const good = '<think>94 over 5735</think><answer>0.01639</answer>'

describe('the format', () => {
  test.each([
    ['nothing around', good],
    ['white space around and between', `\n ${good.replace('</think>', '</think>\n\n')} \t\n`],
    ['several lines', '<think>a\nb</think>\n<answer>\n5\n</answer>'],
    ['other tags and angle brackets within', '<think>if a < b then <b>b</b></think><answer>5</answer>'],
    ['full-width text', '<think>是</think><answer>５</answer>'],
  ])('holds: %s', (_, completion) => expect(isWellFormed(completion)).toBe(true))

  test.each([
    ['nothing', ''],
    ['gold alone', '0.01639'],
    ['no think', '<answer>5</answer>'],
    ['no answer', '<think>a</think>'],
    ['an empty think', '<think></think><answer>5</answer>'],
    ['a think of white space', '<think> \n\t</think><answer>5</answer>'],
    ['a think of characters nobody sees', '<think>\u200b\u2060\ufeff</think><answer>5</answer>'],
    ['text before', `Thought process: ${good}`],
    ['text between', good.replace('</think>', '</think>so')],
    ['text after', `${good}.`],
    ['an invisible character after', `${good}\u200b`],
    ['the other order', '<answer>5</answer><think>a</think>'],
    ['think twice', `<think>a</think>${good}`],
    ['answer twice', `${good}<answer>5</answer>`],
    ['the whole twice', good + good],
    ['think within think', '<think><think>a</think></think><answer>5</answer>'],
    ['answer within think', '<think>a<answer>5</answer></think>'],
    ['a tag quoted within think', '<think>I write <answer> next</think><answer>5</answer>'],
    ['a closing tag quoted within answer', '<think>a</think><answer>5</think></answer>'],
    ['an unclosed think', '<think>a<answer>5</answer>'],
    ['an unclosed answer', '<think>a</think><answer>5'],
    ['upper case', good.toUpperCase()],
    ['a space in a tag', good.replace('<answer>', '<answer >')],
    ['escaped tags', good.replaceAll('<', '&lt;')],
  ])('does not hold: %s', (_, completion) => expect(isWellFormed(completion)).toBe(false))
})

describe('the answer', () => {
  test.each([
    [good, '0.01639'],
    ['<answer> 5 \n</answer>', '5'],
    ['text <answer>5</answer> text', '5'],
    ['<answer></answer>', ''],
    ['<think><answer>5</answer></think>', '5'],
    ['<answer>5</answer><answer>5</answer>', null],
    ['<answer><answer>5</answer></answer>', null],
    ['<answer>5</answer></answer>', null],
    ['<answer>5', null],
    ['</answer>5<answer>', null],
    ['<answer</answer>', null],
    ['5', null],
    ['', null],
  ])('of %j is %j', (completion, answer) => expect(extractAnswer(completion)).toBe(answer))
})

test('any text is read without an error; tags decide alike', () => {
  const piece = fc.oneof(
    fc.constantFrom('<think>', '</think>', '<answer>', '</answer>', ' ', '\n', 'x', '5', '<', '\u200b', '\ud800'),
    fc.string({ unit: 'binary', maxLength: 5 }),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const completion = pieces.join('')
      // The definition, as a pattern: slow on long texts, but plain to read.
      const plain = /^\s*<think>([^]*?)<\/think>\s*<answer>[^]*?<\/answer>\s*$/.exec(completion)
      const once = ['<think>', '</think>', '<answer>', '</answer>'].every((tag) => completion.split(tag).length === 2)
      const held = plain !== null && once && plain[1].replace(/[\s\p{C}\p{Z}]/gu, '') !== ''
      expect(isWellFormed(completion)).toBe(held)
      if (held) expect(extractAnswer(completion)).not.toBeNull()
    }),
    { numRuns: 3000, seed: 1 },
  )
})

test.each(['<think>', '<answer>', '</answer>', ' ', 'x', '<'])('a megabyte of %j takes milliseconds', (pattern) => {
  const completion = pattern.repeat(1_000_000 / pattern.length)
  const started = performance.now()
  isWellFormed(completion)
  extractAnswer(completion)
  isWellFormed(`<think>${completion}</think><answer>${completion}</answer>`)
  expect(performance.now() - started).toBeLessThan(300)
})
