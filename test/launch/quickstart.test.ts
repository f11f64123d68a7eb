import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { packageRoot } from '../../src/lib/packageRoot.js'
import { canonicalStepLog } from '../../src/metrics/canonicalStepLog.js'
import { deterministicFields } from '../../src/metrics/deterministicFields.js'
import { fintune } from '../helpers/fintune.js'
import { readLines } from '../helpers/runToEnd.js'
import { temporaryFolder } from '../helpers/temporaryFolder.js'
import { nativeIsas } from '../ops/support/nativeIsas.js'

// The quickstart's stages on the embedded model, at the smallest size, as a user runs them.

const recipe = join(packageRoot(), 'recipes/quickstart-slice.yaml')
const small = [
  'data.lessons.examples=48',
  'data.practice.examples=16',
  'data.held-out.examples=12',
  'stages[1].epochs=2',
  'stages[3].steps=4',
].flatMap((set) => ['--set', set])

test('SFT, GRPO and evaluation, twice with one seed: the same log, and every file of a run', async () => {
  const folder = await temporaryFolder()
  const [first, second] = [join(folder, 'first'), join(folder, 'second')]
  for (const directory of [first, second]) {
    const { code, stdout, stderr } = await fintune(['run', recipe, ...small, '--run-dir', directory, '--json'])
    expect(stderr).not.toMatch(/error/i)
    expect(code).toBe(0)
    const outcome = JSON.parse(stdout) as { evaluations: { stage: string; n: number }[]; comparisons: unknown[] }
    expect(outcome.evaluations.map(({ stage }) => stage)).toEqual(['base', 'after-sft', 'after-grpo'])
    expect(outcome.comparisons).toHaveLength(2)
  }
  const lines = canonicalStepLog(readLines(first))
  expect(lines.map(deterministicFields)).toEqual(canonicalStepLog(readLines(second)).map(deterministicFields))
  expect(lines.filter(({ stage }) => stage === 'sft')).toHaveLength(12) // 48 lessons, 8 a step, twice
  const grpo = lines.filter(({ stage }) => stage === 'grpo')
  expect(grpo).toHaveLength(4)
  for (const { metrics } of grpo) {
    expect(metrics['rewards/format/mean']).toBeGreaterThanOrEqual(0)
    expect(metrics['sampling/sampling_logp_difference/max']).toBeLessThan(1e-4)
  }
  const files = ['recipe.yaml', 'result.json', 'sft/model/model.safetensors', 'grpo/model/config.json']
  for (const file of [...files, 'eval/base-held-out.json', 'completions/grpo.jsonl']) {
    expect(existsSync(join(first, file)), file).toBe(true)
  }
  expect(JSON.parse(readFileSync(join(first, 'run.json'), 'utf8'))).toMatchObject({ status: 'done', stepsTotal: 16 })
})

test('a dry run opens everything and writes nothing', async () => {
  const folder = await temporaryFolder()
  const directory = join(folder, 'run')
  const { code, stdout } = await fintune(['run', recipe, ...small, '--run-dir', directory, '--dry-run', '--json'])
  expect(code).toBe(0)
  const plan = JSON.parse(stdout) as { stages: { name: string; steps: number }[]; memoryBytes: number }
  expect(plan.stages.map(({ steps }) => steps)).toEqual([0, 12, 0, 4, 0])
  expect(plan.memoryBytes).toBeGreaterThan(2e7)
  expect(existsSync(directory)).toBe(false)
})

test('what a recipe names and cannot be used is an error before anything is written', async () => {
  const folder = await temporaryFolder({ 'empty.json': '[]', 'broken.json': '[{"id": ' })
  const directory = join(folder, 'run')
  const cases: [string, RegExp][] = [
    [`data.lessons={type: finqa, path: ${join(folder, 'missing.json')}}`, /missing\.json/],
    [`data.lessons={type: finqa, path: ${join(folder, 'empty.json')}}`, /empty\.json/],
    [`data.lessons={type: finqa, path: ${join(folder, 'broken.json')}}`, /broken\.json/],
    ['model.path=no/such/model', /no\/such\/model/],
    ['stages[3].maxCompletionLength=2000', /maxCompletionLength/],
  ]
  for (const [set, message] of cases) {
    const { code, stderr } = await fintune(['run', recipe, ...small, '--set', set, '--run-dir', directory], {
      env: { HF_HUB_OFFLINE: '1' },
    })
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)])
    expect(existsSync(directory)).toBe(false)
  }
})

test.skipIf(nativeIsas().length === 0)(
  "the quickstart's reward rises (skipped without native kernels)",
  async () => {
    const directory = join(await temporaryFolder(), 'run')
    const shorter = [
      'data.lessons.examples=300',
      'data.practice.examples=64', // every eight steps see the same questions, so that no luck with them is measured
      'data.held-out.examples=8',
      'stages[1].epochs=5',
      'stages[3].steps=32',
      'stages[3].promptsPerStep=8',
      'stages[3].updatesPerBatch=1',
      'stages[3].optimizer.learningRate=3e-4',
    ].flatMap((set) => ['--set', set])
    const { code } = await fintune(['run', 'recipes/quickstart.yaml', ...shorter, '--run-dir', directory])
    expect(code).toBe(0)
    const rewards = readLines(directory).flatMap(({ stage, metrics }) => (stage === 'grpo' ? [metrics.reward] : []))
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
    expect(rewards).toHaveLength(32)
    expect(mean(rewards.slice(-8))).toBeGreaterThan(mean(rewards.slice(0, 8)) + 0.05)
  },
  300_000,
)
