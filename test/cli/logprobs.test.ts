import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fintune } from '../helpers/fintune.js'

const golden = (path: string) => fileURLToPath(new URL(`../golden/${path}`, import.meta.url))
const model = golden('tiny-qwen3')

interface Golden {
  sequences: { input_ids: number[]; 'logprobs_t1.0': number[]; 'logprobs_t0.7': number[] }[]
}
const { sequences } = JSON.parse(readFileSync(join(model, 'logprobs.json'), 'utf8')) as Golden

let directory: string
let tokens: string
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'fintune-logprobs-'))
  tokens = file({ input_ids: sequences.map(({ input_ids }) => input_ids) })
})
afterAll(() => rmSync(directory, { recursive: true }))

let files = 0
function file(content: unknown): string {
  const path = join(directory, `${files++}.json`)
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

test.each([
  ['1', 'logprobs_t1.0'],
  ['0.7', 'logprobs_t0.7'],
] as const)('at temperature %s they are the golden ones', async (temperature, key) => {
  const args = ['logprobs', model, '--tokens', tokens, '--temperature', temperature, '--json']
  const { code, stdout, stderr } = await fintune(args)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const { logprobs } = JSON.parse(stdout) as { logprobs: number[][] }
  expect(logprobs.map((values) => values.length)).toEqual(sequences.map(({ input_ids }) => input_ids.length - 1))
  const errors = sequences.flatMap((sequence, s) => sequence[key].map((value, t) => Math.abs(value - logprobs[s][t])))
  expect(Math.max(...errors)).toBeLessThan(5e-5)
})

test('for people: a line a sequence', async () => {
  const { code, stdout } = await fintune(['logprobs', model, '--tokens', file({ input_ids: [[3, 4], [7]] })])
  expect(code).toBe(0)
  expect(stdout).toMatch(/^sequence 0: 2 tokens, log p -\d+\.\d{4}, .*\nsequence 1: 1 token, nothing to predict\n$/)
})

describe('wrong input exits with 2, prints nothing on stdout and says what and where', () => {
  test.each([
    ['a broken file', ['--tokens', 'absent.json'], /--tokens absent\.json: cannot be read \(ENOENT\)/],
    ['an id too high', [], /input_ids\[0\]\[1\]: found id 320; this model has ids 0 to 319/],
  ])('%s', async (_, args, message) => {
    const given = args.length > 0 ? args : ['--tokens', file({ input_ids: [[1, 320]] })]
    const { code, stdout, stderr } = await fintune(['logprobs', model, ...given, '--json'])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(message)
  })
})
