import { join } from 'node:path'
import { expect, test } from 'vitest'
import { canonicalStepLog } from '../../src/metrics/canonicalStepLog.js'
import { deterministicFields } from '../../src/metrics/deterministicFields.js'
import { packageRoot } from '../../src/lib/packageRoot.js'
import { fintune } from '../helpers/fintune.js'
import { readLines } from '../helpers/runToEnd.js'
import { temporaryFolder } from '../helpers/temporaryFolder.js'

// A third engine, in one file that fintune has never heard of: SFT, GRPO and eval know the interface alone.

const engine = join(packageRoot(), 'test/helpers/tableEngine.mjs')
const files = {
  'vowels.mjs': `export default (inputs) => inputs.map(({ completion }) => (completion.match(/[aeiou]/g) ?? []).length / 8)\n`,
  'recipe.yaml': `version: 1
name: own
seed: 3
output: runs
model: {path: embedded, maxLength: 512}
engine: {type: module, path: '${engine}', options: {speed: 2}}
data: {lessons: {type: synthetic, examples: 12, seed: 1}}
prompt: {template: compact, context: evidence, answer: program, maxPromptTokens: 384}
verifier: {model: {type: none}}
rewards: {terms: [{type: module, path: vowels.mjs}], maxGoldFailShare: 1}
stages:
  - {type: sft, name: sft, train: [lessons], steps: 4, batchSize: 4, optimizer: {learningRate: 0.3, schedule: constant}}
  - type: grpo
    name: grpo
    train: [lessons]
    steps: 6
    promptsPerStep: 2
    numGenerations: 8
    maxCompletionLength: 8
    loss: {type: dapo, beta: 0.001}
    optimizer: {learningRate: 0.3, schedule: constant}
  - {type: eval, name: after, data: [lessons], decoding: {maxTokens: 8}}
checkpoint: {everySteps: 2, everyMinutes: null, keepLast: 2}
`,
}

test('an engine of one’s own trains, samples, is evaluated, checkpointed and resumed', async () => {
  const cwd = await temporaryFolder(files)
  const go = (name: string, ...more: string[]) => fintune(['run', 'recipe.yaml', '--run-dir', name, ...more], { cwd })
  const steps = (name: string) =>
    canonicalStepLog(readLines(join(cwd, name))).map(
      (line) => deterministicFields(line) as { stage: string; metrics: Record<string, number> },
    )
  const whole = await go('whole')
  expect([whole.code, whole.stderr]).toEqual([0, expect.any(String)])
  const metric = (stage: string, name: string) =>
    steps('whole').flatMap((line) => (line.stage === stage ? [line.metrics[name]] : []))
  expect(metric('sft', 'loss').at(-1)!).toBeLessThan(metric('sft', 'loss')[0])
  expect(metric('grpo', 'reward').at(-1)!).toBeGreaterThan(metric('grpo', 'reward')[0])

  expect((await go('parts', '--max-steps', '7')).code).toBe(0)
  expect((await go('parts', '--resume=must')).code).toBe(0)
  expect(steps('parts')).toEqual(steps('whole'))
}, 60_000)

test('what is no engine is refused with what is missing', async () => {
  const cwd = await temporaryFolder({ ...files, 'half.mjs': 'export default () => ({ sample: async () => [] })\n' })
  const { code, stderr } = await fintune(['run', 'recipe.yaml', '--set', 'engine.path=half.mjs'], { cwd })
  expect(code).toBe(2)
  expect(stderr).toContain('no whole Engine: capabilities, logprobs')
})
