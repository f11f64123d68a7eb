import { copyFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { packageRoot } from '../../src/lib/packageRoot.js'
import { golden, tokenLines } from '../helpers/goldenRecipe.js'
import { runToEnd } from '../helpers/runToEnd.js'
import { temporaryFolder } from '../helpers/temporaryFolder.js'

// Recipes as a user writes them, held to the trajectories of PyTorch, Transformers, PEFT and TRL (test/golden).

const goldenDirectory = join(packageRoot(), 'test/golden')
const tinyQwen2 = join(goldenDirectory, 'tiny-qwen2')

interface SftStep {
  loss: number
  grad_norm: number
  mean_token_accuracy: number
  lr: number
}

function expectSteps(lines: { metrics: Readonly<Record<string, number>> }[], steps: readonly SftStep[]): void {
  expect(lines).toHaveLength(steps.length)
  steps.forEach((step, i) => {
    const { metrics } = lines[i]
    expect(Math.abs(metrics['loss'] - step.loss)).toBeLessThan(2e-5)
    expect(Math.abs(metrics['grad_norm'] - step.grad_norm)).toBeLessThan(2e-4)
    expect(metrics['mean_token_accuracy']).toBeCloseTo(step.mean_token_accuracy, 8)
    expect(metrics['learning_rate']).toBeCloseTo(step.lr, 9)
  })
}

function sftRecipe(adapter: string, decayExclude: string, learningRate: number, steps: number): string {
  return `version: 1
name: sft
output: runs
model: {path: ${tinyQwen2}, adapter: ${adapter}}
data: {ids: {type: tokens, path: ids.jsonl}}
stages:
  - type: sft
    name: sft
    train: [ids]
    steps: ${steps}
    batchSize: 4
    packing: none
    shuffle: false
    optimizer: {type: adamw, learningRate: ${learningRate}, weightDecay: 0.01, decayExclude: ${decayExclude}, maxGradNorm: 1, schedule: cosine, warmupSteps: 3}
`
}

async function runIn(folder: string) {
  const set = ['output', 'data.ids.path'].map(
    (key) => `${key}=${join(folder, key === 'output' ? 'runs' : 'ids.jsonl')}`,
  )
  return runToEnd(join(folder, 'recipe.yaml'), { set })
}

test.each([
  ['all_decay', 'none'],
  ['hf_groups', 'biasAndNorm'],
])('full fine-tuning, weight decay as in %s', async (run, decayExclude) => {
  const gold = golden<{ batches: never[]; runs: Record<string, { steps: SftStep[] }> }>('sft.json')
  const folder = await temporaryFolder({
    'ids.jsonl': tokenLines(gold.batches),
    'recipe.yaml': sftRecipe('{type: full}', decayExclude, 1e-3, 10),
  })
  const { lines } = await runIn(folder)
  expectSteps(lines, gold.runs[run].steps)
})

test.each(['adapter', 'adapter/adapter_model.safetensors'])('LoRA from a PEFT adapter: %s', async (path) => {
  const gold = golden<{ batches: never[]; steps: SftStep[] }>('lora/lora_sft.json')
  const adapter = (folder: string) =>
    `{type: lora, rank: 4, alpha: 8, targets: [q_proj, v_proj, down_proj], initFrom: ${join(folder, path)}}`
  const folder = await temporaryFolder({ 'ids.jsonl': tokenLines(gold.batches), 'adapter/.keep': '' })
  copyFileSync(join(goldenDirectory, 'lora/adapter_config.json'), join(folder, 'adapter/adapter_config.json'))
  copyFileSync(join(goldenDirectory, 'lora/lora_init.safetensors'), join(folder, 'adapter/adapter_model.safetensors'))
  writeFileSync(join(folder, 'recipe.yaml'), sftRecipe(adapter(folder), 'none', 1e-2, 6))
  const { lines } = await runIn(folder)
  expectSteps(lines, gold.steps)
})

interface GrpoGolden {
  prompts: number[][]
  steps_data: { completions: number[][]; rewards: number[] }[]
  runs: Record<
    string,
    {
      loss_type: string
      beta: number
      use_bias_correction_kl: boolean
      steps: { loss: number; grad_norm: number; kl?: number; entropy: number }[]
    }
  >
}

const trajectories = golden<GrpoGolden>('grpo_trajectory.json')

function recordedRollouts({ prompts, steps_data }: GrpoGolden): string {
  return steps_data
    .flatMap(({ completions, rewards }) =>
      prompts.map((prompt_ids, group) => ({
        prompt_ids,
        completions: [0, 1, 2, 3].map((i) => ({
          ids: completions[4 * group + i],
          reward: rewards[4 * group + i],
          old_logprobs: null,
        })),
      })),
    )
    .map((line) => JSON.stringify(line) + '\n')
    .join('')
}

test.each(Object.keys(trajectories.runs))('GRPO on replayed rollouts, %s', async (name) => {
  const run = trajectories.runs[name]
  const folder = await temporaryFolder({ 'rollouts.jsonl': recordedRollouts(trajectories) })
  writeFileSync(
    join(folder, 'recipe.yaml'),
    `version: 1
name: grpo
output: ${join(folder, 'runs')}
model: {path: ${tinyQwen2}, adapter: {type: full}}
stages:
  - type: grpo
    name: grpo
    steps: 5
    promptsPerStep: 2
    numGenerations: 4
    maxCompletionLength: 16
    rollouts: {type: replay, path: ${join(folder, 'rollouts.jsonl')}}
    loss: {type: ${run.loss_type}, beta: ${run.beta}, klBiasCorrection: ${run.use_bias_correction_kl}, epsilonLow: 0.2, epsilonHigh: 0.2, scaleRewards: group}
    optimizer: {type: adamw, learningRate: 1.0e-4, maxGradNorm: 1, schedule: constant}
`,
  )
  const { lines } = await runToEnd(join(folder, 'recipe.yaml'))
  expect(lines).toHaveLength(5)
  run.steps.forEach((step, i) => {
    const { metrics } = lines[i]
    expect(Math.abs(metrics['loss'] - step.loss)).toBeLessThan(1e-5)
    expect(Math.abs(metrics['grad_norm'] - step.grad_norm)).toBeLessThan(2e-4)
    expect(Math.abs(metrics['entropy'] - step.entropy)).toBeLessThan(2e-5)
    if (run.beta > 0) expect(Math.abs(metrics['kl'] - (step.kl ?? NaN))).toBeLessThan(5e-6)
  })
})
