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
  readonly rewards: { readonly rubric: number | null }
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

function endless(response: ServerResponse): void {
  response.writeHead(200)
  const timer = setInterval(() => response.write(' '.repeat(5000)), 1)
  response.on('close', () => clearInterval(timer))
}
