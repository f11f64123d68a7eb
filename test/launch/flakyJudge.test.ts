import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { keyedRandom } from '../../src/lib/keyedRandom.js'
import { packageRoot } from '../../src/lib/packageRoot.js'
import { fintune } from '../helpers/fintune.js'
import { readLines } from '../helpers/runToEnd.js'
import { temporaryFolder } from '../helpers/temporaryFolder.js'
import { type JudgeAnswer, type JudgeRequest, withJudgeServer } from '../verifier/openai/judgeServer.js'

// GRPO whose reward is a judge's word on every completion, with a fresh tiny model: what it writes is noise, so the judge
// here goes by a hash of it.

const tokenizer = join(packageRoot(), 'checkpoints/embedded-verifier')

function recipe(folder: string, url: string, model = ''): string {
  return `version: 1
name: judged
seed: 5
output: ${join(folder, 'runs')}
model:
  tokenizer: ${tokenizer}
  init: {model_type: llama, hidden_size: 16, intermediate_size: 32, num_hidden_layers: 1, num_attention_heads: 2}
data: {pages: {type: synthetic, examples: 8, seed: 1}}
prompt: {answer: text}
verifier: {model: {type: none}, maxUnknownShare: 0.4}
rewards:
  terms:
    - {type: format, weight: 1}
    - type: rubric
      weight: 1
      criteria: [{text: is even}]
      model: {type: openai, url: '${url}', model: judge, maxRetries: 5, backoffMs: 5${model}}
stages:
  - {type: grpo, name: grpo, train: [pages], steps: 4, promptsPerStep: 2, numGenerations: 6, maxCompletionLength: 6}
log: {completionsPerStep: 12}
`
}

/** What a judge that works says of a completion. */
function truth(text: string): 0 | 1 {
  return (createHash('sha256').update(text).digest()[0] % 2) as 0 | 1
}

function judged({ body }: JudgeRequest): JudgeAnswer {
  const [, completion] = /\[answer [0-9a-f]{16}\]\n([^]*)\n\[end of answer/.exec(body.messages[1].content) ?? []
  return { reply: `\\boxed{${truth(completion)}}` }
}

const failures: readonly JudgeAnswer[] = [
  { status: 429, headers: { 'retry-after': '0' } },
  { status: 500, body: '\\boxed{1}' },
  { status: 200, body: '<html>\\boxed{1}</html>' },
  { reply: 'I would say \\boxed{1} or \\boxed{0}' },
  { raw: (response) => response.destroy() },
  { raw: (response) => void response.writeHead(200, { 'content-length': '90' }).write('{"choices": [', () => response.destroy()) }, // prettier-ignore
  { raw: endless },
  { raw: () => undefined },
]

/** Two of five calls fail in one way or another; for a while it is dead. */
function flaky(request: JudgeRequest): JudgeAnswer {
  if (request.index >= 20 && request.index < 30) return { raw: (response) => response.destroy() }
  const random = keyedRandom('flaky', request.index)
  return random.uniform() < 0.4 ? random.pick(failures) : judged(request)
}

interface Completion {
  readonly step: number
  readonly completion: string
  readonly rewards: { readonly rubric: number | null; readonly accuracy: number | null }
  readonly reward: number | null
  readonly advantage: number
}

function completions(directory: string): Completion[] {
  const text = readFileSync(join(directory, 'completions/grpo.jsonl'), 'utf8')
  return text.trimEnd().split('\n').map((line) => JSON.parse(line) as Completion) // prettier-ignore
}

async function run(folder: string) {
  const outcome = await fintune(['run', 'recipe.yaml', '--resume=auto'], { cwd: folder })
  return { ...outcome, directory: join(folder, 'runs/judged') }
}

test('a run over a judge that fails in every way ends with the right rewards, those of a healthy judge', async () => {
  let sick: Completion[] = []
  await withJudgeServer(flaky, async (url, requests) => {
    const limits = ', timeoutMs: 1500, maxResponseBytes: 20000, breaker: {failures: 6, cooldownMs: 50}'
    const { code, stderr, directory } = await run(await temporaryFolder({ 'recipe.yaml': recipe('.', url, limits) }))
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' })
    sick = completions(directory)
    expect(requests.length).toBeGreaterThan(48)
    const steps = readLines(directory)
    expect(steps.length).toBe(4)
  })
  await withJudgeServer(judged, async (url) => {
    const { code, directory } = await run(await temporaryFolder({ 'recipe.yaml': recipe('.', url) }))
    expect(code).toBe(0)
    const well = completions(directory)
    expect([sick.length, well.length]).toEqual([48, 48])
    for (const { completion, rewards } of [...sick, ...well]) {
      if (rewards.rubric !== null) expect(rewards.rubric).toBe(truth(completion))
    }
    expect(well.every(({ rewards }) => rewards.rubric !== null)).toBe(true)
    // Both sampled the first step from the same weights.
    const first = (all: readonly Completion[]) => all.filter(({ step }) => step === 1)
    expect(first(sick).map(({ completion }) => completion)).toEqual(first(well).map(({ completion }) => completion))
    first(sick).forEach(({ rewards }, i) => {
      if (rewards.rubric !== null) expect(rewards.rubric).toBe(first(well)[i].rewards.rubric)
    })
  })
})

// The same with the judge as the verifier's model: the policy first learns to answer, with one of these words at random.
const words = ['up', 'down', 'flat', 'mixed', 'none', 'both', 'all', 'few']

function accuracyRecipe(url: string, model = ''): string {
  return `version: 1
name: judged
seed: 5
model:
  tokenizer: ${tokenizer}
  init: {model_type: llama, hidden_size: 48, intermediate_size: 96, num_hidden_layers: 1, num_attention_heads: 2, initializer_range: 0.06}
data: {lessons: {type: messages, path: lessons.jsonl}, pages: {type: synthetic, examples: 8, seed: 1}}
prompt: {answer: text, template: compact, context: evidence}
output: runs
verifier:
  rules: {enabled: false}
  model: {type: openai, url: '${url}', model: judge, backoffMs: 5${model}}
  maxUnknownShare: 0.8
rewards: {terms: [{type: format, weight: 1}, {type: accuracy, weight: 1}]}
stages:
  - {type: sft, name: sft, train: [lessons], epochs: 12, batchSize: 16, optimizer: {learningRate: 1.0e-2, weightDecay: 0}}
  - {type: grpo, name: grpo, train: [pages], steps: 4, promptsPerStep: 2, numGenerations: 8, maxCompletionLength: 24}
log: {completionsPerStep: 16}
`
}

/** On each page's question, every word. */
async function lessons(): Promise<string> {
  const show = ['data', 'show', 'synthetic:1', '--limit', '8', '--template', 'compact', '--context', 'evidence', '--answer', 'text', '--json'] // prettier-ignore
  const pages = JSON.parse((await fintune(show)).stdout) as { readonly messages: readonly object[] }[]
  const answer = (word: string) => ({ role: 'assistant', content: `<think>well</think><answer>${word}</answer>` })
  const lines = pages.flatMap(({ messages }) => words.map((word) => ({ messages: [...messages, answer(word)] })))
  return lines.map((line) => JSON.stringify(line)).join('\n')
}

/** What a verifier that works says of a completion. */
function accuracyOf(completion: string): 0 | 1 {
  const answers = [...completion.matchAll(/<answer>([^]*?)<\/answer>/g)].map(([, answer]) => answer.trim())
  return answers.length === 1 && words.includes(answers[0]) ? truth(answers[0]) : 0
}

/** Of the policy's words it goes by their hash; anything else (the check before step 1 asks) is right where it is gold. */
function compared({ body }: JudgeRequest): { readonly reply: string; readonly ofPolicy: boolean } {
  const text = (name: string) =>
    new RegExp(`\\[${name} [0-9a-f]{16}\\]\\n([^]*)\\n\\[end of ${name}`).exec(body.messages[1].content)![1].trim()
  const [gold, answer] = [text('reference answer'), text('given answer')]
  const ofPolicy = words.includes(answer)
  return { reply: `\\boxed{${ofPolicy ? truth(answer) : Number(gold === answer)}}`, ofPolicy }
}

/** Half of the calls about the policy's answers fail in one way or another, or are slow; for a while it is dead. */
function flakyComparing(request: JudgeRequest): JudgeAnswer {
  const { reply, ofPolicy } = compared(request)
  if (!ofPolicy) return { reply }
  if (request.index % 40 < 4) return { raw: (response) => response.destroy() }
  const random = keyedRandom('flaky', request.index)
  const fate = random.uniform()
  return fate < 0.5 ? random.pick(failures) : { reply, delayMs: fate < 0.8 ? 0 : 150 }
}

test('the same with the judge as the verifier’s model: accuracy is right, or unknown and left out', async () => {
  const files = { 'lessons.jsonl': await lessons() }
  let sick: Completion[] = []
  await withJudgeServer(flakyComparing, async (url) => {
    const limits = ', maxRetries: 1, timeoutMs: 1500, maxResponseBytes: 20000, breaker: {failures: 6, cooldownMs: 50}'
    const outcome = await run(await temporaryFolder({ 'recipe.yaml': accuracyRecipe(url, limits), ...files }))
    expect({ code: outcome.code, stderr: outcome.code === 0 ? '' : outcome.stderr }).toEqual({ code: 0, stderr: '' })
    sick = completions(outcome.directory)
    const unknown = (step: number) => sick.filter((entry) => entry.step === step && entry.rewards.accuracy === null)
    const grpo = readLines(outcome.directory).filter(({ stage }) => stage === 'grpo')
    expect(grpo.map(({ metrics }) => metrics['verifier/unknown'])).toEqual(grpo.map(({ step }) => unknown(step).length))
  })
  await withJudgeServer(compared, async (url) => {
    const { code, directory } = await run(await temporaryFolder({ 'recipe.yaml': accuracyRecipe(url), ...files }))
    expect(code).toBe(0)
    const well = completions(directory)
    for (const { completion, rewards } of [...sick, ...well]) {
      if (rewards.accuracy !== null)
        expect([completion, rewards.accuracy]).toEqual([completion, accuracyOf(completion)])
    }
    expect(well.filter(({ rewards }) => rewards.accuracy === null)).toEqual([])
    // Both verdicts came up, and failures that no retry mended; what is unknown has no part in learning.
    for (const value of [0, 1, null]) expect(sick.some(({ rewards }) => rewards.accuracy === value)).toBe(true)
    for (const { rewards, reward, advantage } of sick) {
      if (rewards.accuracy === null) expect([reward, advantage]).toEqual([null, 0])
    }
    // Both sampled the first step from the same weights.
    const first = (all: readonly Completion[]) => all.filter(({ step }) => step === 1)
    expect(first(sick).map(({ completion }) => completion)).toEqual(first(well).map(({ completion }) => completion))
    first(sick).forEach(({ rewards }, i) => {
      if (rewards.accuracy !== null) expect(rewards.accuracy).toBe(first(well)[i].rewards.accuracy)
    })
  })
})

test('a judge that goes down stops the run with its last error, checkpointed; back again, the run goes on to its end', async () => {
  let down = false
  let calls = 0
  await withJudgeServer(
    (request) => {
      if (++calls > 20) down = true
      return down ? { status: 503, body: 'model is loading' } : judged(request)
    },
    async (url) => {
      const limits = ', totalTimeoutMs: 600, breaker: {failures: 3, cooldownMs: 20}'
      const folder = await temporaryFolder({ 'recipe.yaml': recipe('.', url, limits) })
      const stopped = await run(folder)
      expect(stopped.code).toBe(1)
      expect(stopped.stderr).toMatch(/answers got no verdict .*model is loading/s)
      const status = JSON.parse(readFileSync(join(stopped.directory, 'run.json'), 'utf8'))
      expect(status).toMatchObject({ status: 'failed', cause: 'unknown_share', step: 1 })
      calls = -1000
      down = false
      const resumed = await run(folder)
      expect(resumed.code).toBe(0)
      expect(resumed.stderr).toContain('resuming grpo after step 1')
      const rewards = completions(resumed.directory).map(({ completion, rewards: { rubric } }) => [rubric, truth(completion)]) // prettier-ignore
      expect(rewards.filter(([rubric, expected]) => rubric !== null && rubric !== expected)).toEqual([])
    },
  )
})

test('a module that cannot score what the policy writes stops the run as a judge does', async () => {
  const module =
    'export default (inputs) => inputs.map(({ completion }) => (completion.includes("<answer>") ? 1 : null))'
  const text = recipe('.', 'http://127.0.0.1:9').replace(/ {4}- type: rubric[^]*?(?=stages:)/, '    - {type: module, path: own.mjs}\n') // prettier-ignore
  const { code, stderr, directory } = await run(await temporaryFolder({ 'recipe.yaml': text, 'own.mjs': module }))
  expect(code).toBe(1)
  expect(stderr).toMatch(/12 of 12 answers got no verdict .*The last one: the module own\.mjs gave null/s)
  expect(JSON.parse(readFileSync(join(directory, 'run.json'), 'utf8'))).toMatchObject({ cause: 'unknown_share' })
})

function endless(response: ServerResponse): void {
  response.writeHead(200)
  const timer = setInterval(() => response.write(' '.repeat(5000)), 1)
  response.on('close', () => clearInterval(timer))
}
