import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AdamParams, Engine, SampleParams, TrainGroup } from '../../src/engine/Engine.js'
import { createEngine } from '../../src/engine/createEngine.js'
import { createLocalEngine } from '../../src/engine/local/createLocalEngine.js'
import { minute } from './tinyModel.js'

const adam: AdamParams = {
  ...{ learningRate: 1e-2, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0, maxGradNorm: 1 },
  decayExclude: 'none',
}
const params: SampleParams = {
  ...{ numGenerations: 2, maxTokens: 5, temperature: 1, topP: 1, topK: 0, minP: 0, repetitionPenalty: 1, seed: 4 },
  ...{ stop: [], stopTokenIds: [] },
}
const spec = { type: 'crossEntropy', denominator: 3 } as const
const groups: TrainGroup[] = [{ prompt: [1, 2], completions: [{ tokens: [3, 4, 5] }] }]

describe('the local engine in its thread', () => {
  let engine: Engine
  beforeAll(async () => {
    engine = await createEngine({ type: 'local', ...minute })
  })
  afterAll(() => engine.close())

  it('gives what it gives on this thread, to the last bit', async () => {
    const here = await createLocalEngine(minute)
    const everything = async (one: Engine) => ({
      capabilities: one.capabilities(),
      stats: await one.forwardBackward(groups, spec),
      step: await one.optimStep(adam),
      sampled: await one.sample([{ tokens: [1, 2], key: ['k'] }], params),
      logprobs: await one.logprobs([[1, 2, 3]], { weights: 'policy', temperature: 1 }),
      norms: await one.parameterNorms(),
    })
    expect(await everything(engine)).toEqual(await everything(here))
    await here.close()
  })

  it('errors keep their class, exit code and words', async () => {
    const wrong = engine.forwardBackward([{ prompt: [99], completions: [{ tokens: [1] }] }], spec)
    await expect(wrong).rejects.toMatchObject({ name: 'InputError', exitCode: 2 })
    await expect(wrong).rejects.toThrow(/found token 99/)
    await expect(engine.logprobs([[1, 2]], { weights: 'reference', temperature: 1 })).rejects.toMatchObject({
      exitCode: 1,
    })
    await expect(createEngine({ type: 'local', ...minute, maxLength: 65 })).rejects.toThrow(/maxLength: found 65/)
  })

  it('tells how sampling goes, and stops when it is told to, with the reason', async () => {
    const controller = new AbortController()
    const seen: number[] = []
    const asked = engine.sample(
      Array.from({ length: 50 }, (_, i) => ({ tokens: [1, 2, 3], key: [i] })),
      {
        ...{ ...params, numGenerations: 8, maxTokens: 60 },
        signal: controller.signal,
        onProgress: ({ tokens }) => {
          seen.push(tokens)
          controller.abort(new Error('enough'))
        },
      },
    )
    await expect(asked).rejects.toThrow('enough')
    expect(seen.length).toBeGreaterThan(0)
    expect((await engine.sample([{ tokens: [1], key: [1] }], params))[0]).toHaveLength(2)
  })
})

// Some tenths of a second of kernels a call: 2 layers, 384 wide, 2,048 tokens.
const wide = {
  ...minute,
  backend: 'native',
  threads: 2,
  init: {
    config: {
      ...minute.init!.config,
      ...{ vocab_size: 512, hidden_size: 384, intermediate_size: 1024, num_hidden_layers: 2 },
      ...{ num_attention_heads: 6, num_key_value_heads: 2, max_position_embeddings: 4096 },
    },
  },
} as const

describe('while kernels run', () => {
  const long: TrainGroup[] = [
    { prompt: [], completions: [{ tokens: Array.from({ length: 2048 }, (_, t) => (t * 7) % 512) }] },
  ]

  it('this thread is free, and an abort ends a kernel half-way; the engine goes on as if nothing had been', async () => {
    const engine = await createEngine({ type: 'local', ...wide })
    try {
      let [last, longest] = [performance.now(), 0]
      const watch = () => {
        longest = Math.max(longest, performance.now() - last)
        last = performance.now()
      }
      const timer = setInterval(watch, 5)
      const started = performance.now()
      const first = await engine.forwardBackward(long, spec)
      const took = performance.now() - started
      clearInterval(timer)
      expect(took).toBeGreaterThan(150)
      expect(longest).toBeLessThan(Math.max(100, took / 3)) // on a machine busy with other work turns come later

      const controller = new AbortController()
      await engine.dropGradients()
      setTimeout(() => controller.abort(new Error('stop here')), took / 4)
      const begun = performance.now()
      await expect(engine.forwardBackward(long, spec, controller.signal)).rejects.toThrow('stop here')
      expect(performance.now() - begun).toBeLessThan(0.8 * took)
      await engine.dropGradients()
      expect((await engine.forwardBackward(long, spec)).loss).toBe(first.loss)
    } finally {
      await engine.close()
    }
  })
})
