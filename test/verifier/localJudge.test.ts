import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { packageRoot } from '../../src/lib/packageRoot.js'
import { loadJudgePrompt } from '../../src/verifier/chat/loadJudgePrompt.js'
import { createVerifier } from '../../src/verifier/createVerifier.js'
import { fintune } from '../helpers/fintune.js'
import { runToEnd } from '../helpers/runToEnd.js'
import { temporaryFolder } from '../helpers/temporaryFolder.js'

// A judge of our own engine that can judge: a tiny chat model that learned, by SFT on conversations as the verifier
// renders them, which of a dozen answers say that sales rose; and one that learned the opposite.

const gold = 'sales rose'
const same = [
  'sales went up',
  'revenue grew',
  'turnover climbed',
  'they increased',
  'receipts were higher',
  'it was more',
]
const other = ['sales went down', 'revenue shrank', 'turnover dropped', 'they decreased', 'receipts were lower', 'it was less'] // prettier-ignore
const pairs = [...same, ...other].map((answer) => ({ gold, answer }))
const right = pairs.map(({ answer }) => (same.includes(answer) ? 'equivalent' : 'different'))
const wrong = right.map((verdict) => (verdict === 'equivalent' ? 'different' : 'equivalent'))

const stage = (name: string, epochs: number) =>
  `- {type: sft, name: ${name}, train: [${name}], epochs: ${epochs}, batchSize: 12, optimizer: {learningRate: 1.0e-2, weightDecay: 0}}`

const recipe = `version: 1
name: judges
seed: 3
model:
  tokenizer: ${join(packageRoot(), 'checkpoints/embedded-verifier')}
  init:
    {model_type: llama, hidden_size: 48, intermediate_size: 96, num_hidden_layers: 1, num_attention_heads: 4, num_key_value_heads: 4, max_position_embeddings: 256, initializer_range: 0.06}
data:
  right: {type: messages, path: right.jsonl}
  wrong: {type: messages, path: wrong.jsonl}
stages:
  ${stage('right', 40)}
  ${stage('wrong', 40)}
`

let folder: string
let judges: string

/** A folder to judge from, with the weights of one of the two. */
function install(which: 'right' | 'wrong'): string {
  const path = join(folder, 'judge')
  cpSync(join(judges, which, 'model'), path, { recursive: true })
  return path
}

async function judge(which: 'right' | 'wrong') {
  const verifier = await createVerifier({
    rules: { enabled: false },
    model: { type: 'local', path: install(which), prompt: join(folder, 'prompt.md'), maxTokens: 12 },
    cacheDirectory: join(folder, 'verdicts'),
  })
  const verdicts = await verifier.verify(pairs)
  await verifier.close()
  return { verdicts, version: verifier.version, statistics: verifier.takeStatistics() }
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fintune-test-'))
  writeFileSync(join(folder, 'prompt.md'), 'Do they agree? \\boxed{1} or \\boxed{0}')
  writeFileSync(join(folder, 'recipe.yaml'), recipe)
  const prompt = await loadJudgePrompt({ path: join(folder, 'prompt.md') })
  for (const [name, labels] of [
    ['right', right],
    ['wrong', wrong],
  ] as const) {
    const lines = pairs.map((pair, i) => {
      const content = labels[i] === 'equivalent' ? '\\boxed{1}' : '\\boxed{0}'
      return JSON.stringify({ messages: [...prompt.render(pair), { role: 'assistant', content }] })
    })
    writeFileSync(join(folder, `${name}.jsonl`), lines.join('\n'))
  }
  const set = ['right', 'wrong'].map((name) => `data.${name}.path=${join(folder, `${name}.jsonl`)}`)
  const { outcome } = await runToEnd(join(folder, 'recipe.yaml'), { set: [...set, `output=${join(folder, 'runs')}`] })
  judges = outcome.directory
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('a model of our own engine', () => {
  test('judges: both verdicts, each with a score, all of them right', async () => {
    const { verdicts, statistics } = await judge('right')
    expect(verdicts.map(({ verdict }) => verdict)).toEqual(right)
    for (const { verdict, score = NaN, usage, decidedBy } of verdicts) {
      expect(verdict === 'equivalent' ? score : 1 - score).toBeGreaterThan(0.5)
      expect([usage!.completionTokens > 1, decidedBy]).toEqual([true, 'model'])
    }
    expect(statistics).toMatchObject({ 'verifier/calls': 12, 'verifier/unknown': 0, 'verifier/judge_calls': 12 })
  })

  test('keeps its verdicts, which other weights in its folder do not get', async () => {
    const first = await judge('right')
    expect(first.verdicts.every(({ cached }) => cached)).toBe(true) // by the test before
    const second = await judge('wrong')
    expect(second.version).not.toBe(first.version)
    expect(second.verdicts.some(({ cached }) => cached)).toBe(false)
    expect(second.verdicts.map(({ verdict }) => verdict)).toEqual(wrong)
    const third = await judge('right')
    expect(third.version).toBe(first.version)
    expect(third.verdicts.map(({ verdict, cached }) => [verdict, cached])).toEqual(right.map((word) => [word, true]))
  })
})

test('a run does not go on with a judge of other weights, or another prompt', async () => {
  const path = install('right')
  const run = `version: 1
name: judged
output: runs
model:
  tokenizer: ${join(packageRoot(), 'checkpoints/embedded-verifier')}
  init: {model_type: llama, hidden_size: 16, intermediate_size: 32, num_hidden_layers: 1, num_attention_heads: 2}
data: {pages: {type: synthetic, examples: 4, seed: 1}}
verifier: {model: {type: majority, judges: [{type: local, path: ${path}, prompt: own.md, maxTokens: 12}, {type: embedded}]}}
rewards: {terms: [{type: format, weight: 1}]}
stages: [{type: grpo, name: grpo, train: [pages], steps: 2, promptsPerStep: 1, numGenerations: 2, maxCompletionLength: 4}]
`
  const cwd = await temporaryFolder({ 'run.yaml': run, 'own.md': '\\boxed{1} or \\boxed{0}?' })
  const go = (...more: string[]) => fintune(['run', 'run.yaml', '--resume=auto', ...more], { cwd })
  expect(await go('--max-steps', '1')).toMatchObject({ code: 0 })
  install('wrong')
  const weights = await go()
  expect(weights.code).toBe(2)
  expect(weights.stderr).toMatch(/was begun with other files: \S*judge\/model\.safetensors changed since/)
  install('right')
  writeFileSync(join(cwd, 'own.md'), 'In doubt \\boxed{1}, else \\boxed{0}.')
  const prompt = await go()
  expect([prompt.code, prompt.stderr]).toEqual([2, expect.stringContaining('own.md changed since')])
  writeFileSync(join(cwd, 'own.md'), '\\boxed{1} or \\boxed{0}?')
  expect((await go()).code).toBe(0)
  const { data } = JSON.parse(readFileSync(join(cwd, 'runs/judged/run.json'), 'utf8'))
  expect(data.map((file: { path: string }) => file.path)).toContain(join(path, 'model.safetensors'))
})
