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

async function twoSteps(options: LocalEngineOptions, recompute: 'always' | 'never') {
  const engine = await createLocalEngine({ ...options, recompute })
  const seen: unknown[] = []
  for (let step = 0; step < 2; step++) {
    const { loss, logprobs } = await engine.forwardBackward(groups, { type: 'crossEntropy', denominator: 11 })
    seen.push(loss, logprobs, await engine.optimStep(adam))
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
    },
  )
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
