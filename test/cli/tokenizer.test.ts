import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { packageRoot } from '../../src/lib/packageRoot.js'
import { loadTokenizer } from '../../src/tokenizer/loadTokenizer.js'
import { fintune } from '../helpers/fintune.js'

let directory: string
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'fintune-train-tokenizer-'))
  writeFileSync(join(directory, 'page.txt'), 'net revenue rose , net revenue fell\n'.repeat(3))
  const line = { messages: [{ role: 'user', content: 'operating costs' }], tags: ['operating costs'] }
  writeFileSync(join(directory, 'chats.jsonl'), `${JSON.stringify(line)}\n\n${JSON.stringify(line)}\n`)
})
afterAll(() => rmSync(directory, { recursive: true }))

const train = (...args: string[]) => fintune(['tokenizer', 'train', ...args], { cwd: directory })

describe('fintune tokenizer train', () => {
  test('learns from text and JSONL files and writes a tokenizer that loads; it is not replaced unasked', async () => {
    const args = ['--texts', 'page.txt', 'chats.jsonl', '--vocab-size', '290', '--to', 'made']
    const { code, stdout, stderr } = await train(...args, '--json')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(JSON.parse(stdout)).toMatchObject({ directory: 'made', vocabSize: 290, merges: 24 })
    const tokenizer = await loadTokenizer(join(directory, 'made'))
    expect(tokenizer.encode(' revenue')).toHaveLength(1)
    expect(tokenizer.encode(' costs').length).toBeLessThan(6)
    const again = await train(...args)
    expect(again).toMatchObject({ code: 2, stderr: expect.stringMatching(/already; add --overwrite/) as string })
  })

  test.each([
    [['--texts', 'absent.txt'], /--texts absent\.txt: cannot be read/],
    [['--texts', 'page.txt', '--eos', '</s>'], /--eos: found <\/s>; allowed are the special tokens <\|pad\|>/],
  ])('%j exits with 2 and writes nothing', async (args, message) => {
    const { code, stderr } = await train(...args, '--vocab-size', '300', '--to', 'unmade')
    expect(code).toBe(2)
    expect(stderr).toMatch(message)
    expect(existsSync(join(directory, 'unmade'))).toBe(false)
  })
})

test.each([
  ['embedded-base', 1536],
  ['embedded-verifier', 768],
])('the tokenizer shipped in checkpoints/%s', async (name, vocabSize) => {
  const tokenizer = await loadTokenizer(join(packageRoot(), 'checkpoints', name))
  expect(tokenizer).toMatchObject({ vocabSize, padTokenId: 0, bosTokenId: 1, eosTokenIds: [2], endOfTurnTokenId: 2 })
  expect(tokenizer.decode(tokenizer.encode('<think>½ of $ 1,234</think><|eos|>'))).toBe('<think>½ of $ 1,234</think>')
})
