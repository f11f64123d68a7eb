import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { numberOption } from '../../src/cli/numberOption.js'
import { readTokenSequences } from '../../src/cli/readTokenSequences.js'
import { requireTokensFit } from '../../src/cli/requireTokensFit.js'
import { InputError } from '../../src/lib/InputError.js'

let directory: string
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'fintune-tokens-'))
})
afterAll(() => rmSync(directory, { recursive: true }))

function read(content: unknown): Promise<number[][]> {
  const path = join(directory, 'ids.json')
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return readTokenSequences(path)
}

test('a tokens file gives its sequences', async () => {
  expect(await read({ input_ids: [[1, 2], [0]] })).toEqual([[1, 2], [0]])
})

test.each([
  ['{"input_ids": [[1,', /ids\.json: not valid JSON .*expected \{"input_ids"/],
  ['{}', /input_ids is missing; expected/],
  ['null', /input_ids is missing/],
  ['{"input_ids": []}', /input_ids is an empty list/],
  ['{"input_ids": [1, 2]}', /input_ids\[0\] is a number; expected/],
  ['{"input_ids": [[1], []]}', /input_ids\[1\] is empty/],
  ['{"input_ids": [[1, 2.5]]}', /input_ids\[0\]\[1\]: found 2\.5/],
  ['{"input_ids": [[-1]]}', /input_ids\[0\]\[0\]: found -1/],
])('%s is refused by place', async (content, message) => {
  await expect(read(content)).rejects.toThrow(message)
  await expect(read(content)).rejects.toThrow(InputError)
})

describe('ids and lengths a model has no place for', () => {
  const model = { vocabSize: 320, maxLength: 4 }
  test('what fits passes', () => requireTokensFit('x', [[319, 0, 1, 2]], model))
  test.each([
    [[[1], [2, 320]], 0, 'x[1][1]: found id 320; this model has ids 0 to 319'],
    [[[1, 2, 3, 4, 5]], 0, "x[0]: found 5 tokens; this model's context is 4 tokens"],
    [[[1, 2, 3, 4]], 1, "x[0]: found 4 tokens; this model's context is 4 tokens, of which 1 must be left to write"],
  ])('%j with room for %i', (sequences, room, message) => {
    expect(() => requireTokensFit('x', sequences, model, room)).toThrow(message)
  })
})

describe('numbers on the command line', () => {
  test.each([
    ['0.7', { min: 0 }, 0.7],
    ['1', { min: 1, integer: true }, 1],
  ])('%s', (value, range, expected) => expect(numberOption('x', range)(value)).toBe(expected))
  test.each([
    ['abc', { min: 0 }, '--x: found "abc"; allowed: a number of 0 or more'],
    ['', { min: 0 }, '--x: found ""'],
    ['1.5', { min: 0, max: 1 }, '--x: found "1.5"; allowed: a number from 0 to 1'],
    ['2.5', { min: 1, integer: true }, '--x: found "2.5"; allowed: a whole number of 1 or more'],
    [['1', '2'], { min: 1 }, '--x: found 2 values (give it once)'],
  ])('%j', (value, range, message) => expect(() => numberOption('x', range)(value)).toThrow(message))
})
