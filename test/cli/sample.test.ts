import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { roleChatTemplate } from '../../src/tokenizer/roleChatTemplate.js'
import { trainBpe } from '../../src/tokenizer/trainBpe.js'
import { writeTokenizer } from '../../src/tokenizer/writeTokenizer.js'
import { fintune } from '../helpers/fintune.js'

const golden = (path: string) => fileURLToPath(new URL(`../golden/${path}`, import.meta.url))
const model = golden('tiny-llama')

interface Sampled {
  completions: { prompt: number; tokens: number[]; logprobs: number[]; text: string | null; finishReason: string }[]
}

let directory: string
let ids: string
/** tiny-llama with a tokenizer of 300 tokens. */
let readable: string
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'fintune-sample-'))
  ids = file({ input_ids: [[5, 6, 7], [9]] })
  readable = join(directory, 'readable')
  cpSync(model, readable, { recursive: true })
  const specialTokens = ['<|pad|>', '<|bos|>', '<|eos|>', '<|user|>', '<|assistant|>', '<|system|>']
  const json = trainBpe(['net revenue of the year, net revenue of the year, in the year'], {
    vocabSize: 280,
    specialTokens,
  })
  await writeTokenizer(readable, json, { padToken: '<|pad|>', eosToken: '<|eos|>', chatTemplate: roleChatTemplate })
})
afterAll(() => rmSync(directory, { recursive: true }))

let files = 0
function file(content: unknown): string {
  const path = join(directory, `${files++}.json`)
  writeFileSync(path, JSON.stringify(content))
  return path
}

async function sampled(...args: string[]): Promise<Sampled['completions']> {
  const { code, stdout, stderr } = await fintune(['sample', ...args, '--json'])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return (JSON.parse(stdout) as Sampled).completions
}

test.each(['tiny-llama', 'tiny-qwen2', 'tiny-qwen3'])(
  'greedy tokens of %s are the golden ones, text null',
  async (name) => {
    const { prompts } = JSON.parse(readFileSync(golden(`${name}/greedy.json`), 'utf8')) as {
      prompts: { prompt_ids: number[]; greedy_ids: number[] }[]
    }
    const tokens = file({ input_ids: prompts.map(({ prompt_ids }) => prompt_ids) })
    const completions = await sampled(
      golden(name),
      '--tokens',
      tokens,
      '--temperature',
      '0',
      '--max-tokens',
      '24',
      '--ignore-eos',
    )
    expect(completions.map((completion) => completion.tokens)).toEqual(prompts.map(({ greedy_ids }) => greedy_ids))
    expect(completions.map(({ text, finishReason }) => [text, finishReason])).toEqual(
      prompts.map(() => [null, 'length']),
    )
  },
)

test('sampled log-probabilities are those that logprobs gives for the same tokens', async () => {
  const completions = await sampled(
    model,
    '--tokens',
    ids,
    '--n',
    '2',
    '--max-tokens',
    '6',
    '--seed',
    '3',
    '--temperature',
    '0.7',
  )
  expect(completions.map(({ prompt }) => prompt)).toEqual([0, 0, 1, 1])
  const whole = completions.map(({ prompt, tokens }) => [...[[5, 6, 7], [9]][prompt], ...tokens])
  const check = await fintune([
    'logprobs',
    model,
    '--tokens',
    file({ input_ids: whole }),
    '--temperature',
    '0.7',
    '--json',
  ])
  const { logprobs } = JSON.parse(check.stdout) as { logprobs: number[][] }
  completions.forEach((completion, i) => {
    expect(logprobs[i].slice(-completion.tokens.length)).toEqual(completion.logprobs)
  })
})

test('another seed gives other tokens', async () => {
  const args = [model, '--tokens', ids, '--max-tokens', '8', '--ignore-eos']
  expect(await sampled(...args, '--seed', '1')).not.toEqual(await sampled(...args, '--seed', '2'))
})

test('text where there is a tokenizer: of a prompt as it is, and as a user’s message', async () => {
  const args = ['--prompt', 'net revenue', '--temperature', '0', '--max-tokens', '5', '--ignore-eos']
  const [plain] = await sampled(readable, ...args)
  const [chat] = await sampled(readable, ...args, '--chat')
  expect(plain.text).toBeTypeOf('string')
  expect(plain.tokens).toHaveLength(5)
  expect(chat.tokens).not.toEqual(plain.tokens)
})

test('a stop text ends the completion, and people read the text alone', async () => {
  const args = [readable, '--prompt', 'net revenue', '--temperature', '0', '--max-tokens', '9', '--ignore-eos']
  const [{ text }] = await sampled(...args)
  const stop = text!.slice(1, 2)
  const [stopped] = await sampled(...args, '--stop', stop)
  expect(stopped).toMatchObject({ finishReason: 'stop', text: text!.slice(0, text!.indexOf(stop) + 1) })
  const { stdout } = await fintune(['sample', ...args])
  expect(stdout).toBe(`${text}\n`)
})

describe('wrong input exits with 2', () => {
  const cases: [string, () => string[], RegExp][] = [
    ['no prompt', () => [model], /found neither --prompt nor --tokens; give one/],
    ['two', () => [model, '--prompt', 'a', '--tokens', ids], /found both --prompt and --tokens/],
    ['text for a model without tokenizer', () => [model, '--prompt', 'a'], /tiny-llama: no tokenizer\.json.*--tokens/],
    ['a stop text without tokenizer', () => [model, '--tokens', ids, '--stop', 'x'], /no tokenizer/],
  ]
  test.each(cases)('%s', async (_, args, message) => {
    const { code, stdout, stderr } = await fintune(['sample', ...args(), '--json'])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(message)
  })

  test('a tokenizer of another, larger model', async () => {
    const misfit = join(directory, 'misfit')
    cpSync(readable, misfit, { recursive: true })
    await writeTokenizer(
      misfit,
      trainBpe(['ab '.repeat(50)], { vocabSize: 400, specialTokens: Array.from({ length: 70 }, (_, i) => `<${i}>`) }),
      {},
    )
    const { code, stderr } = await fintune(['sample', misfit, '--prompt', 'ab'])
    expect(code).toBe(2)
    expect(stderr).toMatch(
      /misfit\/tokenizer\.json: the tokenizer does not fit the model: its ids go up to \d+, but the model has 320/,
    )
  })
})

test('an adapter’s directory brings its base model along', async () => {
  const adapter = join(directory, 'adapter')
  cpSync(golden('lora/adapter_model.safetensors'), join(adapter, 'adapter_model.safetensors'))
  const config = JSON.parse(readFileSync(golden('lora/adapter_config.json'), 'utf8')) as object
  writeFileSync(
    join(adapter, 'adapter_config.json'),
    JSON.stringify({ ...config, base_model_name_or_path: golden('tiny-qwen2') }),
  )
  const args = ['--tokens', ids, '--temperature', '0', '--max-tokens', '8', '--ignore-eos']
  const named = await sampled(golden('tiny-qwen2'), '--adapter', adapter, ...args)
  expect(await sampled(adapter, ...args)).toEqual(named)
  expect(await sampled(golden('tiny-qwen2'), ...args)).not.toEqual(named)
})
