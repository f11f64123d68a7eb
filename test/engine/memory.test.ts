import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import type { TrainGroup } from '../../src/engine/Engine.js'
import { createLocalEngine } from '../../src/engine/local/createLocalEngine.js'
import { packageRoot } from '../../src/lib/packageRoot.js'
import { readStepLog } from '../../src/metrics/readStepLog.js'
import { memoryUsage } from '../../src/ops/memoryUsage.js'
import { nativeIsas } from '../ops/support/nativeIsas.js'
import { fintune, type Outcome } from '../helpers/fintune.js'
import { temporaryFolder } from '../helpers/temporaryFolder.js'
import { minute } from './tinyModel.js'

const isNative = nativeIsas().length > 0

const recipe = (folder: string, rows: string) => `version: 1
name: memory
seed: 1
output: ${join(folder, 'runs')}
model:
  init: {model_type: llama, vocab_size: 512, hidden_size: 128, intermediate_size: 384, num_hidden_layers: 4,
         num_attention_heads: 4, num_key_value_heads: 2, max_position_embeddings: 16384}
data: {ids: {type: tokens, path: ${join(folder, 'ids.jsonl')}}}
stages:
  - {type: sft, name: sft, train: [ids], steps: 2, ${rows}, packing: none, optimizer: {learningRate: 1.0e-3}}
checkpoint: {everySteps: 100, everyMinutes: null}
`

const longRecipe = (folder: string) => `version: 1
name: long
seed: 1
output: ${join(folder, 'runs')}
model:
  tokenizer: ${join(packageRoot(), 'checkpoints/embedded-base')}
  init: {model_type: llama, hidden_size: 64, intermediate_size: 128, num_hidden_layers: 2,
         num_attention_heads: 2, num_key_value_heads: 1, max_position_embeddings: 16384}
  maxLength: 16384
engine: {recompute: always}
data: {pages: {type: finqa, path: ${join(folder, 'pages.json')}}}
prompt: {template: compact, maxPromptTokens: 16300}
verifier: {model: {type: none}}
rewards: {terms: [{type: module, path: ${join(folder, 'reward.mjs')}}]}
stages:
  - {type: grpo, name: grpo, train: [pages], steps: 1, promptsPerStep: 1, numGenerations: 2, maxCompletionLength: 24,
     microBatchTokens: 16384}
`

async function recipeFor(lengths: readonly number[], rows: string): Promise<string> {
  const lines = lengths.map((length, i) => {
    const ids = Array.from({ length }, (_, t) => 3 + ((i * 31 + t * 7) % 500))
    return `${JSON.stringify({ input_ids: ids, labels: ids })}\n`
  })
  const folder = await temporaryFolder({ 'ids.jsonl': lines.join('') })
  writeFileSync(join(folder, 'recipe.yaml'), recipe(folder, rows))
  return join(folder, 'recipe.yaml')
}
const fourRows = () => recipeFor(new Array<number>(4).fill(1000), 'batchSize: 4, microBatchTokens: 4096')

/** Runs the program and watches the most memory that it ever had resident. */
async function watched(args: readonly string[], env: Record<string, string> = {}): Promise<Outcome & { peak: number }> {
  let peak = 0
  let timer: NodeJS.Timeout | undefined
  const outcome = await fintune(args, {
    env,
    onStart: ({ pid }) => {
      timer = setInterval(() => {
        try {
          const found = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
          if (found) peak = Math.max(peak, Number(found[1]) * 1024)
        } catch {
          clearInterval(timer) // it has ended
        }
      }, 10)
    },
  })
  clearInterval(timer)
  return { ...outcome, peak }
}

const announced = async (file: string, ...more: string[]) => {
  const { stdout, stderr, code } = await fintune(['run', file, '--dry-run', '--json', ...more])
  expect(code, stderr).toBe(0)
  return (JSON.parse(stdout) as { memoryBytes: number }).memoryBytes
}

describe.skipIf(!isNative || process.platform !== 'linux')('memory', { timeout: 150_000 }, () => {
  it('a dry run announces what is then measured, within a fifth; recomputing layers takes less', async () => {
    const file = await fourRows()
    const peaks: number[] = []
    for (const how of ['never', 'always']) {
      const set = ['--set', `engine.recompute=${how}`]
      const expected = await announced(file, ...set)
      const { code, peak, stderr } = await watched(['run', file, ...set, '--set', `name=${how}`])
      expect(code, stderr).toBe(0)
      expect(expected / peak, `${how}: announced ${expected}, measured ${peak}`).toBeGreaterThan(0.8)
      expect(expected / peak, `${how}: announced ${expected}, measured ${peak}`).toBeLessThan(1.2)
      peaks.push(peak)
    }
    expect(peaks[1]).toBeLessThan(0.9 * peaks[0])
  })

  it('within a budget that activations do not fit, layers are run again; past any, an error says what to lower', async () => {
    const file = await fourRows()
    const tight = await fintune(['run', file, '--set', 'name=tight'], { env: { FINTUNE_MEMORY_LIMIT: '110M' } })
    expect(tight.code, tight.stderr).toBe(0)
    const past = await fintune(['run', file, '--set', 'name=past'], { env: { FINTUNE_MEMORY_LIMIT: '20M' } })
    expect(past.code).toBe(1)
    expect(past.stderr).toMatch(
      /Out of the memory budget.*0\.02 GiB are allowed.*microBatchTokens.*FINTUNE_MEMORY_LIMIT/s,
    )
    const status = JSON.parse(readFileSync(join(file, '../runs/past/run.json'), 'utf8')) as Record<string, unknown>
    expect(status).toMatchObject({ status: 'failed', cause: 'memory' })
  })

  it('a 16k-token sequence trains within the memory that is announced', async () => {
    const long = await recipeFor([16_384], 'batchSize: 1, microBatchTokens: 16384')
    const small = ['hidden_size=64', 'num_hidden_layers=2', 'num_attention_heads=2', 'num_key_value_heads=1']
    const set = ['engine.recompute=always', 'stages[0].steps=1', ...small.map((key) => `model.init.${key}`)].flatMap(
      (value) => ['--set', value],
    )
    const expected = await announced(long, ...set)
    const { code, peak, stderr } = await watched(['run', long, ...set])
    expect(code, stderr).toBe(0)
    expect(peak).toBeLessThan(1.2 * expected)
  })

  it('a 16k-token prompt is sampled from and trained on within the memory that is announced', async () => {
    const sentences = Array.from(
      { length: 1000 },
      (_, i) => `the segment number ${i} reported sales of $ ${1000 + i} .`,
    )
    const page = { id: 'long/1', filename: 'long', pre_text: sentences, post_text: [], table: [['', '2020'], ['sales', '3']] } // prettier-ignore
    const qa = { question: 'what is one plus two?', answer: '3', program: 'add(1, 2)', exe_ans: 3 }
    const reward = 'export default (inputs) => inputs.map(({ completion }) => completion.length % 7)'
    const folder = await temporaryFolder({ 'pages.json': JSON.stringify([{ ...page, qa }]), 'reward.mjs': reward })
    const file = join(folder, 'recipe.yaml')
    writeFileSync(file, longRecipe(folder))
    const expected = await announced(file)
    const { code, peak, stderr } = await watched(['run', file])
    expect(code, stderr).toBe(0)
    const [step] = readStepLog(join(folder, 'runs/long/steps.jsonl')).lines
    expect(step.metrics.num_tokens).toBeGreaterThan(2 * 14_000) // each completion counts its prompt
    expect(peak).toBeLessThan(1.2 * expected)
  })
})

it.skipIf(!isNative)('tensors, buffers and resident memory are flat over 200 steps', async () => {
  const engine = await createLocalEngine({ ...minute, backend: 'native', threads: 2 })
  const counts = new Set<string>()
  const resident: number[] = []
  const step = (s: number): TrainGroup[] => [
    { prompt: [1, 2, 3], completions: [{ tokens: [4, 5, 1 + (s % 20)], advantage: 1 }, { tokens: [6, 7] }] },
  ]
  for (let s = 1; s <= 200; s++) {
    await engine.forwardBackward(step(s), { type: 'crossEntropy', denominator: 5 })
    await engine.optimStep({
      ...{ learningRate: 1e-3, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0, maxGradNorm: 1 },
      decayExclude: 'none',
    })
    await engine.sample([{ tokens: [1, 2], key: [s] }], {
      ...{ numGenerations: 2, maxTokens: 3, temperature: 1, topP: 1, topK: 0, minP: 0, repetitionPenalty: 1, seed: 1 },
      ...{ stop: [], stopTokenIds: [] },
    })
    const { numTensors, numDataBuffers } = tf.memory()
    counts.add(`${numTensors} tensors, ${numDataBuffers} buffers, ${memoryUsage()!.usedBytes} bytes`)
    if (s % 50 === 0) resident.push(process.memoryUsage().rss)
  }
  await engine.close()
  expect([...counts]).toHaveLength(1)
  expect(resident[3] - resident[0]).toBeLessThan(40 * 2 ** 20) // the JavaScript heap breathes
})
