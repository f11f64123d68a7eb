import { describe, expect, it } from 'vitest'
import type { AdamParams, TrainGroup } from '../../src/engine/Engine.js'
import type { PolicyLossSpec } from '../../src/engine/loss/LossSpec.js'
import { createLocalEngine } from '../../src/engine/local/createLocalEngine.js'
import { readGolden } from './readGolden.js'
import { tinyQwen2 } from './tinyModel.js'

interface Golden {
  prompts: number[][]
  num_generations: number
  steps_data: { completions: number[][]; advantages: number[] }[]
  runs: Record<
    string,
    {
      loss_type: 'dapo' | 'grpo'
      beta: number
      use_bias_correction_kl: boolean
      steps: { loss: number; grad_norm: number; kl: number; entropy: number; num_completion_tokens: number }[]
      params_after: Record<string, { sum: number; l2: number }>
    }
  >
}
const golden = readGolden<Golden>('grpo_trajectory.json')

const adam: AdamParams = {
  learningRate: 1e-4,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 0,
  decayExclude: 'none',
  maxGradNorm: 1,
}

function groupsOf({ completions, advantages }: Golden['steps_data'][number]): TrainGroup[] {
  const size = golden.num_generations
  return golden.prompts.map((prompt, p) => ({
    prompt,
    completions: completions
      .slice(p * size, (p + 1) * size)
      .map((tokens, i) => ({ tokens, advantage: advantages[p * size + i] })),
  }))
}

describe('the local engine on the golden GRPO trajectories', () => {
  // One run on the reference backend, the others on the best one here: plain JavaScript takes seconds for each.
  const runs = Object.entries(golden.runs).map(
    ([name, run], i) => ({ name, run, backend: i === 0 ? 'cpu' : 'auto' }) as const,
  )
  it.each(runs)('$name on $backend: loss, grad_norm, kl, entropy and parameters', async ({ run, backend }) => {
    const engine = await createLocalEngine({ ...tinyQwen2, backend })
    if (run.beta > 0) await engine.setReference()
    for (const [i, expected] of run.steps.entries()) {
      const tokens = expected.num_completion_tokens
      const spec: PolicyLossSpec = {
        type: 'policy',
        lossType: run.loss_type,
        importanceSamplingLevel: 'token',
        beta: run.beta,
        klBiasCorrection: run.use_bias_correction_kl,
        epsilonLow: 0.2,
        epsilonHigh: 0.2,
        delta: null,
        temperature: 1,
        truncatedImportanceSampling: null,
        denominators: { sequences: 8, tokens, maxCompletionLength: 16, microBatchShare: 1 },
      }
      const groups = groupsOf(golden.steps_data[i])
      const reference =
        run.beta > 0 ? await engine.groupLogprobs(groups, { weights: 'reference', temperature: 1 }) : null
      const withReference = groups.map(({ prompt, completions }, g) => ({
        prompt,
        completions: completions.map((completion, c) => ({ ...completion, refLogprobs: reference?.[g][c] })),
      }))
      const { loss, sums, lossTokens } = await engine.forwardBackward(withReference, spec)
      const { gradNorm } = await engine.optimStep(adam)
      expect(lossTokens).toBe(tokens)
      expect(Math.abs(loss - expected.loss), `loss of step ${i}`).toBeLessThan(1e-5)
      expect(Math.abs(gradNorm - expected.grad_norm), `grad_norm of step ${i}`).toBeLessThan(2e-4)
      expect(Math.abs((sums.kl ?? 0) / tokens - expected.kl), `kl of step ${i}`).toBeLessThan(5e-6)
      expect(Math.abs(sums.entropy / tokens - expected.entropy), `entropy of step ${i}`).toBeLessThan(2e-5)
      if (i === 0) expect(sums.kl ?? 0).toBe(0)
    }
    const norms = await engine.parameterNorms()
    for (const [name, { l2, sum }] of Object.entries(run.params_after)) {
      expect(Math.abs(norms[name].l2 - l2), `l2 of ${name}`).toBeLessThan(5e-5)
      expect(Math.abs(norms[name].sum - sum), `sum of ${name}`).toBeLessThan(5e-4)
    }
    await engine.close()
  })
})
