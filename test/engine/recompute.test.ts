import { describe, expect, it } from 'vitest'
import type { LocalEngineOptions } from '../../src/engine/local/LocalEngineOptions.js'
import type { TrainGroup } from '../../src/engine/Engine.js'
import { createLocalEngine } from '../../src/engine/local/createLocalEngine.js'
import { memoryUsage } from '../../src/ops/memoryUsage.js'
import { goldenDirectory, minute, tinyQwen2 } from './tinyModel.js'

const adam = {
  ...{ learningRate: 1e-2, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0.1, maxGradNorm: 1 },
  decayExclude: 'none',
} as const
const groups: TrainGroup[] = [
  { prompt: [1, 2, 3], completions: [{ tokens: [4, 5, 6, 7] }, { tokens: [8, 9] }] },
  { prompt: [], completions: [{ tokens: [5, 4, 3, 2, 1] }] },
]

// Enough rows in one pass for the MLP's own kernel.
const many: TrainGroup[] = Array.from({ length: 30 }, (_, g) => ({
  prompt: [1, 2, 3, 4, 5, 6],
  completions: [{ tokens: Array.from({ length: 8 }, (_, t) => 1 + ((g + 5 * t) % 11)) }],
}))

/** Two steps of two micro-batches each. */
async function twoSteps(options: LocalEngineOptions, recompute: 'always' | 'never', batch = groups) {
  const engine = await createLocalEngine({ ...options, recompute })
  const seen: unknown[] = []
  for (let step = 0; step < 2; step++) {
    for (const part of [batch, groups]) {
      const { loss, logprobs } = await engine.forwardBackward(part, { type: 'crossEntropy', denominator: 300 })
      seen.push(loss, logprobs)
    }
    seen.push(await engine.optimStep(adam))
  }
  seen.push(await engine.parameterNorms())
  await engine.close()
  return seen
}

describe.each(['cpu', 'auto'] as const)('recomputed activations on backend %s', (backend) => {
  it.each([
    ['every weight', { ...tinyQwen2, adapter: { type: 'full' } }],
    ['q/k-norm', { ...tinyQwen2, modelPath: goldenDirectory('tiny-qwen3') }],
    ['LoRA', { ...tinyQwen2, adapter: { type: 'lora', rank: 2, alpha: 4, targets: ['q_proj', 'down_proj'] } }],
  ] as [string, LocalEngineOptions][])(
    '%s: the same loss, gradients and weights, to the last bit',
    async (_, model) => {
      const options = { ...model, backend }
      expect(await twoSteps(options, 'always')).toEqual(await twoSteps(options, 'never'))
      expect(await twoSteps(options, 'always', many)).toEqual(await twoSteps(options, 'never', many))
    },
  )
})

it.each([
  ['every weight', { ...tinyQwen2, adapter: { type: 'full' } }],
  ['LoRA beside the MLP', { ...tinyQwen2, adapter: { type: 'lora', rank: 2, alpha: 4, targets: ['q_proj'] } }],
] as [string, LocalEngineOptions][])('%s: a step of many rows is that of plain JavaScript', async (_, model) => {
  // The first step, its gradient's norm included: AdamW makes whole steps of what rounding leaves of a gradient of 0.
  const firstStep = async (backend: 'auto' | 'cpu') =>
    (await twoSteps({ ...model, backend }, 'never', many)).slice(0, 5)
  const [native, plain] = [await firstStep('auto'), await firstStep('cpu')]
  const numbers = (seen: unknown): number[] => (typeof seen === 'number' ? [seen] : Object.values(seen as object).flatMap(numbers)) // prettier-ignore
  const [found, expected] = [numbers(native), numbers(plain)]
  expect(found).toHaveLength(expected.length)
  found.forEach((value, i) => expect(Math.abs(value - expected[i])).toBeLessThan(2e-5 * (1 + Math.abs(expected[i]))))
})

it('takes less memory', async () => {
  const deep: LocalEngineOptions = {
    ...minute,
    backend: 'auto',
    init: { config: { ...minute.init!.config, num_hidden_layers: 12, max_position_embeddings: 4096 } },
  }
  const step: TrainGroup[] = [{ prompt: [], completions: [{ tokens: Array.from({ length: 3000 }, (_, t) => t % 24) }] }]
  const peaks: number[] = []
  // The peak is of the whole process: the frugal way first.
  for (const recompute of ['always', 'never'] as const) {
    const engine = await createLocalEngine({ ...deep, recompute })
    await engine.forwardBackward(step, { type: 'crossEntropy', denominator: 1 })
    peaks.push(memoryUsage()?.mostBytes ?? NaN)
    await engine.close()
  }
  if (Number.isNaN(peaks[0])) return // only the native backend counts
  expect(peaks[0]).toBeLessThan(0.5 * peaks[1])
})
