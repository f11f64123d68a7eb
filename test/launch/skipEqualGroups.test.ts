import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { packageRoot } from '../../src/lib/packageRoot.js'
import { runToEnd } from '../helpers/runToEnd.js'
import { temporaryFolder } from '../helpers/temporaryFolder.js'

const model = join(packageRoot(), 'test/golden/tiny-qwen3')

/** Three steps of two groups: one equal, none equal, both equal. */
const rewards = [
  [1, 1, 1, 1],
  [0, 1, 0, 2],
  [2, 0, 1, 1],
  [0, 0, 0, 1],
  [1, 1, 1, 1],
  [0, 0, 0, 0],
]

const group = (values: number[], g: number) => ({
  prompt_ids: [7, 8 + g, 9],
  completions: values.map((reward, i) => ({ ids: [5 + g, 9 + i, 40 + g * i, 2], reward, old_logprobs: null })),
})

const recipe = (folder: string) => `version: 1
name: equal
seed: 3
output: ${join(folder, 'runs')}
model: {path: ${model}, adapter: {type: full}}
stages:
  - type: grpo
    name: grpo
    steps: 3
    promptsPerStep: 2
    numGenerations: 4
    maxCompletionLength: 8
    rollouts: {type: replay, path: ${join(folder, 'rollouts.jsonl')}}
    loss: {type: dapo, beta: 0}
    optimizer: {learningRate: 1.0e-3}
checkpoint: {everySteps: 3, everyMinutes: null}
`

test('groups without a gradient left out: the same losses and gradients', async () => {
  const folder = await temporaryFolder({ 'rollouts.jsonl': rewards.map(group).map((line) => JSON.stringify(line)).join('\n') }) // prettier-ignore
  const file = join(folder, 'recipe.yaml')
  writeFileSync(file, recipe(folder))
  const { lines: whole } = await runToEnd(file)
  const set = [`output=${join(folder, 'skipping')}`, 'stages[0].skipEqualGroups=true']
  const { lines: skipping } = await runToEnd(file, { set })
  for (const [i, line] of skipping.entries()) {
    for (const name of ['loss', 'grad_norm', 'reward', 'frac_reward_zero_std', 'num_tokens'])
      expect(line.metrics[name], `${name} of step ${i + 1}`).toBeCloseTo(whole[i].metrics[name]!, 6)
  }
  const entropies = (lines: typeof whole) => lines.map(({ metrics }) => metrics.entropy)
  expect(entropies(skipping)[0]).not.toBe(entropies(whole)[0])
  expect(whole[1].metrics.grad_norm).toBeGreaterThan(0)
  expect(whole[2].metrics.grad_norm).toBe(0)
})
