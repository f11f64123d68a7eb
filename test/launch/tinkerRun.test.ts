import { execFileSync, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { keyedRandom } from '../../src/lib/keyedRandom.js'
import { canonicalStepLog } from '../../src/metrics/canonicalStepLog.js'
import { deterministicFields } from '../../src/metrics/deterministicFields.js'
import { SimulatedServer, type SimulatedServerOptions } from '../engine/tinker/simulatedServer.js'
import { fintune } from '../helpers/fintune.js'
import { readLines } from '../helpers/runToEnd.js'
import { temporaryFolder } from '../helpers/temporaryFolder.js'

// A whole run, SFT and GRPO with sampling one batch ahead, over HTTP by a process of its own.

const key = 'a-key-that-nobody-writes-down'

async function start(options: SimulatedServerOptions = {}) {
  const server = new SimulatedServer({ vocabSize: 1536, ...options })
  const url = await server.listen()
  onTestFinished(() => server.close())
  const folder = await temporaryFolder({
    'vowels.mjs': `export default (inputs) => inputs.map(({ completion }) => (completion.match(/[aeiou]/g) ?? []).length / 8)\n`,
    'recipe.yaml': `version: 1
name: far
seed: 3
output: runs
model: {path: embedded, maxLength: 512, adapter: {type: lora, rank: 8, alpha: 32}}
engine: {type: tinker, url: '${url}', baseModel: simulated, patienceMinutes: 0.5}
data: {lessons: {type: synthetic, examples: 24, seed: 1}}
prompt: {template: compact, context: evidence, answer: program, maxPromptTokens: 384}
verifier: {model: {type: none}}
rewards: {terms: [{type: module, path: vowels.mjs}], maxGoldFailShare: 1}
stages:
  - {type: sft, name: sft, train: [lessons], steps: 4, batchSize: 4, optimizer: {learningRate: 0.3, schedule: constant}}
  - type: grpo
    name: grpo
    train: [lessons]
    steps: 8
    promptsPerStep: 4
    numGenerations: 8
    maxCompletionLength: 16
    maxStaleness: 1
    loss: {type: dapo, beta: 0.001, kl: {in: reward}, truncatedImportanceSampling: 2}
    optimizer: {learningRate: 0.3, schedule: constant}
checkpoint: {everySteps: 2, everyMinutes: null, keepLast: 2}
`,
  })
  return { server, folder, run: join(folder, 'runs/far') }
}

const go = (folder: string, onStart?: (child: ChildProcess) => void) =>
  fintune(['run', 'recipe.yaml', '--resume=auto'], { cwd: folder, env: { TINKER_API_KEY: key }, onStart })

const steps = (run: string) =>
  canonicalStepLog(readLines(run)).map(
    (line) => deterministicFields(line) as { stage: string; metrics: Record<string, number> },
  )

test('learns and tells what is told of a run; killed, cut off and forgotten at random it ends where it would have', async () => {
  const calm = await start()
  const outcome = await go(calm.folder)
  expect([outcome.code, outcome.stderr]).toEqual([0, expect.any(String)])
  const unbroken = steps(calm.run)
  const metric = (name: string, stage: string) =>
    unbroken.filter((line) => line.stage === stage).map(({ metrics }) => metrics[name])
  expect(metric('loss', 'sft').at(-1)!).toBeLessThan(metric('loss', 'sft')[0])
  expect(metric('reward', 'grpo').at(-1)!).toBeGreaterThan(metric('reward', 'grpo')[0])
  expect(metric('rollouts/staleness', 'grpo')).toEqual([0, 1, 1, 1, 1, 1, 1, 1])
  expect(metric('kl', 'grpo').every((kl) => kl >= 0)).toBe(true)
  expect(metric('sampling/importance_sampling_ratio/mean', 'grpo').every((ratio) => ratio > 0)).toBe(true)
  expect([...calm.server.keys]).toEqual([key])
  expect(() => execFileSync('grep', ['-rlF', key, calm.folder])).toThrow() // grep finds nothing

  const random = keyedRandom('tinker run', 'breaks')
  const rough = await start({
    fault: (endpoint) => {
      if (endpoint === 'create_session' || random.uniform() > 0.02) return null
      return random.uniform() < 0.5 ? 'reset before' : { status: 503, headers: { 'retry-after': '0' } }
    },
  })
  let code: number | null = null
  let kills = 0
  for (let attempt = 0; code !== 0 && attempt < 12; attempt++) {
    const after = 1_500 + random.uniform() * 4_000
    let ended = false
    const broken = go(rough.folder, (child) => {
      void sleep(after).then(() => {
        if (ended || attempt >= 4) return
        if (attempt % 2 === 1) rough.server.forgetModels()
        else if (child.kill('SIGKILL')) kills++
      })
    })
    ;({ code } = await broken)
    ended = true
  }
  expect(code).toBe(0)
  expect(kills).toBeGreaterThan(0)
  expect(steps(rough.run)).toEqual(unbroken)
}, 480_000)
