import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { AdamParams, Engine, TrainGroup } from '../../src/engine/Engine.js'
import { createLocalEngine } from '../../src/engine/local/createLocalEngine.js'
import { readGolden } from './readGolden.js'
import { goldenDirectory, tinyQwen2 } from './tinyModel.js'

interface Batch {
  input_ids: number[][]
  attention_mask: number[][]
  labels: number[][]
}
interface Step {
  loss: number
  grad_norm: number
  mean_token_accuracy: number
  lr: number
  num_target_tokens: number
}
type Sums = Record<string, { sum: number; l2: number }>

/** Padding cut off; the whole sequence is the completion of an empty prompt. */
function groupsOf(batch: Batch): TrainGroup[] {
  return batch.input_ids.map((ids, i) => {
    const length = batch.attention_mask[i].reduce((a, b) => a + b, 0)
    return { prompt: [], completions: [{ tokens: ids.slice(0, length), labels: batch.labels[i].slice(0, length) }] }
  })
}

async function trainSteps(engine: Engine, batches: Batch[], steps: Step[], params: Omit<AdamParams, 'learningRate'>) {
  for (const [i, batch] of batches.entries()) {
    const expected = steps[i]
    const spec = { type: 'crossEntropy', denominator: expected.num_target_tokens } as const
    const stats = await engine.forwardBackward(groupsOf(batch), spec)
    const { gradNorm } = await engine.optimStep({ ...params, learningRate: expected.lr })
    expect(Math.abs(stats.loss - expected.loss), `loss of step ${i}`).toBeLessThan(2e-5)
    expect(Math.abs(gradNorm - expected.grad_norm), `grad_norm of step ${i}`).toBeLessThan(2e-4)
    expect(stats.lossTokens).toBe(expected.num_target_tokens)
    expect(stats.sums.correct / stats.lossTokens).toBeCloseTo(expected.mean_token_accuracy, 8)
  }
}

function expectNorms(found: Sums, expected: Sums) {
  expect(Object.keys(found).sort()).toEqual(Object.keys(expected).sort())
  for (const [name, { l2, sum }] of Object.entries(expected)) {
    expect(Math.abs(found[name].l2 - l2), `l2 of ${name}`).toBeLessThan(1e-4)
    expect(Math.abs(found[name].sum - sum), `sum of ${name}`).toBeLessThan(1e-3)
  }
}

/** Log softmax of the golden logits at one position, against the engine's log p of every token there. */
async function expectProbe(engine: Engine, ids: number[], logits: number[]) {
  const logSum = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0))
  const groups = [{ prompt: ids, completions: logits.map((_, token) => ({ tokens: [token] })) }]
  const [found] = await engine.groupLogprobs(groups, { weights: 'policy', temperature: 1 })
  logits.forEach((logit, token) => expect(Math.abs(found[token][0] - (logit - logSum))).toBeLessThan(5e-4))
}

const adam = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01, maxGradNorm: 1 }

describe('the local engine on the golden SFT trajectory', () => {
  interface Run {
    steps: Step[]
    params_after: Sums
    probe: { input_ids: number[]; last_position_logits_after: number[] }
  }
  const golden = readGolden<{ batches: Batch[]; runs: Record<string, Run> }>('sft.json')

  it.each([
    ['all_decay', 'none', 'cpu'],
    ['hf_groups', 'biasAndNorm', 'auto'],
  ] as const)('%s: losses, norms, accuracies, parameters and a probe', async (name, decayExclude, backend) => {
    const run = golden.runs[name]
    const engine = await createLocalEngine({ ...tinyQwen2, backend })
    await trainSteps(engine, golden.batches, run.steps, { ...adam, decayExclude })
    expectNorms(await engine.parameterNorms(), run.params_after)
    await expectProbe(engine, run.probe.input_ids, run.probe.last_position_logits_after)
    await engine.close()
  })
})

describe('the local engine on the golden LoRA trajectory', () => {
  interface Run {
    batches: Batch[]
    steps: Step[]
    lora: { r: number; alpha: number; target_modules: string[] }
    lora_params_after: Sums
    probe: { input_ids: number[]; logits_after: number[] }
  }
  const golden = readGolden<Run>('lora/lora_sft.json')

  it('losses, norms, adapter values and a probe; what it saves is what PEFT saved', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'fintune-lora-'))
    try {
      const initFrom = await initialAdapter(directory)
      const { r: rank, alpha, target_modules: targets } = golden.lora
      const adapter = { type: 'lora', rank, alpha, targets, initFrom } as const
      const engine = await createLocalEngine({ ...tinyQwen2, backend: 'auto', adapter, baseModelName: 'tiny-qwen2' })
      await trainSteps(engine, golden.batches, golden.steps, { ...adam, decayExclude: 'none' })
      const expected = Object.entries(golden.lora_params_after).map(([name, value]) => [
        name.replace('.default', ''),
        value,
      ])
      expectNorms(await engine.parameterNorms(), Object.fromEntries(expected) as Sums)
      await expectProbe(engine, golden.probe.input_ids, golden.probe.logits_after)
      const saved = join(directory, 'saved')
      await engine.saveWeights(saved)
      await engine.close()
      const [found, peft] = await Promise.all([saved, goldenDirectory('lora')].map(adapterFile))
      expect(found.header).toEqual(peft.header)
      found.values.forEach((value, i) => expect(Math.abs(value - peft.values[i])).toBeLessThan(2e-4))
    } finally {
      await rm(directory, { recursive: true })
    }
  })

  /** The golden start, as the PEFT directory that initFrom takes. */
  async function initialAdapter(directory: string): Promise<string> {
    const { cp, mkdir } = await import('node:fs/promises')
    const path = join(directory, 'init')
    await mkdir(path)
    await cp(goldenDirectory('lora/lora_init.safetensors'), join(path, 'adapter_model.safetensors'))
    await cp(goldenDirectory('lora/adapter_config.json'), join(path, 'adapter_config.json'))
    return path
  }

  async function adapterFile(directory: string) {
    const bytes = await readFile(join(directory, 'adapter_model.safetensors'))
    const start = 8 + Number(bytes.readBigUInt64LE())
    const { __metadata__: _, ...header } = JSON.parse(bytes.subarray(8, start).toString()) as Record<string, unknown>
    return { header, values: new Float32Array(bytes.buffer.slice(bytes.byteOffset + start)) }
  }
})
