import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AdamParams, Engine, LossStats, TrainGroup } from '../../src/engine/Engine.js'
import type { LossSpec, PolicyLossSpec, PolicyLossType } from '../../src/engine/loss/LossSpec.js'
import { createEngine } from '../../src/engine/createEngine.js'
import { createLocalEngine } from '../../src/engine/local/createLocalEngine.js'
import { splitMicroBatches } from '../../src/engine/splitMicroBatches.js'
import { minute, tinyQwen2 } from './tinyModel.js'

const adam: AdamParams = {
  learningRate: 1e-2,
  beta1: 0.9,
  beta2: 0.99,
  epsilon: 1e-8,
  weightDecay: 0.1,
  decayExclude: 'none',
  maxGradNorm: 1,
}
const policySpec = (lossType: PolicyLossType, over: Partial<PolicyLossSpec> = {}): PolicyLossSpec => ({
  type: 'policy',
  lossType,
  importanceSamplingLevel: 'token',
  beta: 0.1,
  klBiasCorrection: true,
  epsilonLow: 0.2,
  epsilonHigh: lossType === 'cispo' ? 5 : 0.2,
  delta: null,
  temperature: 0.8,
  truncatedImportanceSampling: 2,
  denominators: { sequences: 5, tokens: 21, maxCompletionLength: 9, microBatchShare: 1 },
  ...over,
})

const token = fc.integer({ min: 0, max: 23 })
const logprob = fc.double({ min: -4, max: -2, noNaN: true })
const completion = fc.integer({ min: 1, max: 5 }).chain((n) => {
  const many = <T>(value: fc.Arbitrary<T>) => fc.array(value, { minLength: n, maxLength: n })
  return fc.record({
    tokens: many(token),
    labels: fc.option(many(fc.oneof(token, fc.constant(-100))), { nil: undefined }),
    advantage: fc.double({ min: -1, max: 1, noNaN: true }),
    oldLogprobs: fc.option(many(logprob)),
    refLogprobs: many(logprob),
    samplerLogprobs: fc.option(many(logprob)),
  })
})
const groups = fc.array(
  fc.record({
    prompt: fc.array(token, { maxLength: 4 }),
    completions: fc.array(completion, { minLength: 1, maxLength: 3 }),
  }),
  { minLength: 1, maxLength: 3 },
)

/** Loss, statistics and gradient norm of a step cut into micro-batches of at most maxTokens; weights stay as they are. */
async function stepOf(engine: Engine, step: readonly TrainGroup[], spec: LossSpec, maxTokens: number) {
  const parts: LossStats[] = []
  for (const batch of splitMicroBatches(step, maxTokens)) parts.push(await engine.forwardBackward(batch, spec))
  const sums: Record<string, number> = {}
  for (const part of parts) for (const [k, v] of Object.entries(part.sums)) sums[k] = (sums[k] ?? 0) + v
  await engine.resetOptimizer()
  const { gradNorm } = await engine.optimStep({ ...adam, learningRate: 0 })
  return { loss: parts.reduce((sum, part) => sum + part.loss, 0), sums, gradNorm }
}

describe.each(['cpu', 'auto'] as const)('training in the local engine on backend %s', (backend) => {
  let engine: Engine
  beforeAll(async () => {
    engine = await createEngine({ type: 'local', ...minute, backend })
  })
  afterAll(() => engine.close())

  it('loss, statistics and gradient do not depend on the micro-batch split', async () => {
    const types: PolicyLossType[] = ['grpo', 'dr_grpo', 'dapo', 'cispo', 'sapo', 'vespo', 'luspo']
    const specs: fc.Arbitrary<LossSpec> = fc.oneof(
      fc.constant<LossSpec>({ type: 'crossEntropy', denominator: 13 }),
      fc.constantFrom(...types).map((lossType) => policySpec(lossType)),
    )
    await fc.assert(
      fc.asyncProperty(groups, specs, fc.integer({ min: 1, max: 20 }), async (step, spec, maxTokens) => {
        const whole = await stepOf(engine, step, spec, 10_000)
        const cut = await stepOf(engine, step, spec, maxTokens)
        expect(cut.loss).toBeCloseTo(whole.loss, 5)
        expect(cut.gradNorm / Math.max(whole.gradNorm, 1e-3)).toBeCloseTo(
          whole.gradNorm / Math.max(whole.gradNorm, 1e-3),
          4,
        )
        for (const [name, value] of Object.entries(whole.sums)) expect(cut.sums[name]).toBeCloseTo(value, 4)
      }),
      { numRuns: 12 },
    )
  })

  it('the gradient is that of the loss: a step against it lowers the loss by learning rate · its norm', async () => {
    const step = [{ prompt: [1, 2, 3], completions: [{ tokens: [4, 5, 6] }, { tokens: [7, 8], labels: [-100, 9] }] }]
    const spec = { type: 'crossEntropy', denominator: 4 } as const
    const fresh = await createLocalEngine({ ...minute, backend })
    const { loss } = await fresh.forwardBackward(step, spec)
    // AdamW's first step is lr·g/(|g| + ε): with a large ε it is a plain gradient step of lr/ε.
    const { gradNorm } = await fresh.optimStep({
      ...adam,
      learningRate: 1e-4 * 1e3,
      epsilon: 1e3,
      weightDecay: 0,
      maxGradNorm: 0,
    })
    const after = await fresh.forward(step, spec)
    expect((loss - after.loss) / (1e-4 * gradNorm ** 2)).toBeCloseTo(1, 1)
    await fresh.close()
  })

  it('a shared prompt gives what separate sequences give', async () => {
    const prompt = [1, 2, 3, 4]
    const completions = [[5, 6, 7], [8], [9, 10]].map((tokens, i) => ({ tokens, advantage: i - 1, refLogprobs: null }))
    const spec = policySpec('dapo', { beta: 0 })
    const shared = await stepOf(engine, [{ prompt, completions }], spec, 10_000)
    const apart = await stepOf(
      engine,
      completions.map(({ tokens, advantage }) => ({
        prompt: [],
        completions: [{ tokens: [...prompt, ...tokens], labels: [-100, -100, -100, -100, ...tokens], advantage }],
      })),
      spec,
      10_000,
    )
    expect(apart.loss).toBeCloseTo(shared.loss, 6)
    expect(apart.gradNorm).toBeCloseTo(shared.gradNorm, 5)
  })

  it('labels may differ from tokens; without a prompt the first token has none', async () => {
    const spec = { type: 'crossEntropy', denominator: 1 } as const
    const withPrompt = await engine.forward(
      [{ prompt: [1], completions: [{ tokens: [2, 3], labels: [9, -100] }] }],
      spec,
    )
    const [[[asked]]] = await engine.groupLogprobs([{ prompt: [1], completions: [{ tokens: [9] }] }], {
      weights: 'policy',
      temperature: 1,
    })
    expect(withPrompt.lossTokens).toBe(1)
    expect(withPrompt.loss).toBeCloseTo(-asked, 6)
    expect(withPrompt.logprobs[0][0]).toEqual([expect.closeTo(asked, 6), 0])
    expect((await engine.forward([{ prompt: [], completions: [{ tokens: [2] }] }], spec)).lossTokens).toBe(0)
  })

  it('groups without advantage count in the statistics and leave no gradient', async () => {
    const spec = policySpec('dapo', { beta: 0, truncatedImportanceSampling: null })
    const busy = { prompt: [1, 2], completions: [{ tokens: [3, 4], advantage: 1 }] }
    const idle = { prompt: [5, 6], completions: [{ tokens: [7], advantage: 0 }, { tokens: [8, 9] }] }
    const both = await stepOf(engine, [idle, busy], spec, 10_000)
    const alone = await stepOf(engine, [busy], spec, 10_000)
    expect(both.gradNorm).toBe(alone.gradNorm)
    expect(both.loss).toBe(alone.loss)
    const { sums, lossTokens, logprobs } = await engine.forward([idle, busy], spec)
    expect(both.sums).toEqual(sums)
    expect([lossTokens, logprobs.map((group) => group.length)]).toEqual([5, [2, 1]])
    expect((await stepOf(engine, [idle], spec, 10_000)).gradNorm).toBe(0)
  })

  it('a step without gradient moves weights as torch does: by momentum and decay', async () => {
    const fresh = await createLocalEngine({ ...minute, backend })
    const before = await fresh.parameterNorms()
    await fresh.optimStep({ ...adam, learningRate: 0.5 })
    const after = await fresh.parameterNorms()
    for (const [name, { l2 }] of Object.entries(before)) expect(after[name].l2).toBeCloseTo(l2 * (1 - 0.5 * 0.1), 5)
    await fresh.close()
  })

  it('refuses a step whose gradient is not finite and keeps the weights', async () => {
    const before = await engine.parameterNorms()
    await engine.forwardBackward(
      [{ prompt: [1], completions: [{ tokens: [2], advantage: NaN }] }],
      policySpec('dapo', { beta: 0 }),
    )
    await expect(engine.optimStep(adam)).rejects.toThrow(/norm is NaN/)
    expect(await engine.parameterNorms()).toEqual(before)
    await engine.dropGradients()
  })

  it.each([
    [{ prompt: [24], completions: [{ tokens: [1] }] }, /group 0, prompt, position 0: found token 24/],
    [{ prompt: [], completions: [{ tokens: [1, -1] }] }, /completion 0, position 1: found token -1/],
    [{ prompt: [1], completions: [{ tokens: [1], labels: [1, 2] }] }, /labels: found 2 values for 1 tokens/],
    [
      { prompt: new Array<number>(60).fill(1), completions: [{ tokens: [1, 2, 3, 4, 5] }] },
      /65 tokens.*allowed are 64/,
    ],
  ])('refuses %j', async (group, message) => {
    await expect(engine.forwardBackward([group], { type: 'crossEntropy', denominator: 1 })).rejects.toThrow(message)
  })

  it('refuses a maxLength past what the model was made for, and asks for a reference before it is used', async () => {
    await expect(createLocalEngine({ ...minute, backend, maxLength: 65 })).rejects.toThrow(
      /maxLength: found 65.*1 to 64/s,
    )
    await expect(engine.logprobs([[1, 2]], { weights: 'reference', temperature: 1 })).rejects.toThrow(/setReference/)
  })
})

describe.each(['cpu', 'auto'] as const)('the local engine over many calls on backend %s', (backend) => {
  const options = { ...minute, backend }
  const step: TrainGroup[] = [
    {
      prompt: [1, 2, 3],
      completions: [
        { tokens: [4, 5], advantage: 1 },
        { tokens: [6], advantage: -1 },
      ],
    },
    { prompt: [1], completions: [{ tokens: [4, 5], advantage: 0 }] },
  ]
  const sampling = {
    ...{ numGenerations: 2, maxTokens: 4, temperature: 1, topP: 0.9, topK: 0, minP: 0, repetitionPenalty: 1, seed: 1 },
    ...{ stop: [], stopTokenIds: [5] },
  }
  async function oneStep(engine: Engine) {
    const stats = await engine.forwardBackward(step, policySpec('dapo', { beta: 0 }))
    const { gradNorm } = await engine.optimStep(adam)
    return { loss: stats.loss, gradNorm, norms: await engine.parameterNorms() }
  }

  it.each([
    ['full', { type: 'full' }],
    ['lora', { type: 'lora', rank: 2, alpha: 4, targets: ['q_proj', 'down_proj'] }],
  ] as const)('%s: holds the same number of tensors after every step, and none after close', async (_, adapter) => {
    const atStart = tf.memory().numTensors
    const engine = await createLocalEngine({ ...options, adapter })
    const round = async () => {
      await engine.setReference()
      await engine.groupLogprobs(step, { weights: 'reference', temperature: 1 })
      await engine.sample([{ tokens: [1, 2], key: [1] }], sampling)
      await oneStep(engine)
      await engine.forward(step, policySpec('grpo', { beta: 0 }))
      return tf.memory().numTensors
    }
    const first = await round()
    expect([await round(), await round()]).toEqual([first, first])
    await engine.close()
    expect(tf.memory().numTensors).toBe(atStart)
  })

  it.each([
    ['full', { type: 'full' }],
    ['lora', { type: 'lora', rank: 2, alpha: 4, targets: ['v_proj'] }],
  ] as const)('%s: a state saved and loaded goes on bit for bit, reference included', async (_, adapter) => {
    const directory = await mkdtemp(join(tmpdir(), 'fintune-state-'))
    try {
      const unbroken = await createLocalEngine({ ...options, adapter })
      await oneStep(unbroken)
      await unbroken.setReference()
      await oneStep(unbroken)
      await unbroken.saveState(directory)
      const expected = [await oneStep(unbroken), await oneStep(unbroken)]
      const ask = (engine: Engine) => engine.logprobs([[1, 2, 3, 4]], { weights: 'reference', temperature: 1 })
      const reference = await ask(unbroken)
      const [sampled] = await unbroken.sample([{ tokens: [1, 2], key: [1] }], sampling)
      await unbroken.close()

      // LoRA keeps the base model out of its state, so only full training may load it over other weights.
      const resumed = await createLocalEngine({ ...options, adapter, seed: adapter.type === 'full' ? 99 : minute.seed })
      await oneStep(resumed)
      await resumed.loadState(directory)
      expect([await oneStep(resumed), await oneStep(resumed)]).toEqual(expected)
      expect(await ask(resumed)).toEqual(reference)
      expect((await resumed.sample([{ tokens: [1, 2], key: [1] }], sampling))[0]).toEqual(sampled)
      await resumed.close()
    } finally {
      await rm(directory, { recursive: true })
    }
  })

  it('the reference stays what the policy was; training moves the policy alone', async () => {
    const engine = await createLocalEngine(options)
    await engine.setReference()
    const ask = (weights: 'policy' | 'reference') => engine.logprobs([[1, 2, 3]], { weights, temperature: 1 })
    const before = await ask('policy')
    expect(await ask('reference')).toEqual(before)
    await oneStep(engine)
    expect(await ask('reference')).toEqual(before)
    expect(await ask('policy')).not.toEqual(before)
    await engine.setReference()
    expect(await ask('reference')).toEqual(await ask('policy'))
    await engine.close()
  })

  it('names the file and the tensor where a state is of another model, absent or broken', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'fintune-state-'))
    try {
      const engine = await createLocalEngine(options)
      await expect(engine.loadState(directory)).rejects.toThrow(/engine\.json: cannot be read/)
      await engine.saveState(directory)
      const other = await createLocalEngine({ ...tinyQwen2, backend })
      await expect(other.loadState(directory)).rejects.toThrow(/weights\/model\.embed_tokens\.weight.*\[320, 64\]/s)
      await other.close()
      await writeFile(join(directory, 'engine.json'), '{"schema": "other"}')
      await expect(engine.loadState(directory)).rejects.toThrow(/should hold/)
      await engine.close()
    } finally {
      await rm(directory, { recursive: true })
    }
  })

  it('saved weights load as a model that gives the same log p', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'fintune-weights-'))
    try {
      const engine = await createLocalEngine(options)
      await oneStep(engine)
      await engine.saveWeights(directory)
      const loaded = await createLocalEngine({ ...options, init: undefined, modelPath: directory })
      const ask = (one: Engine) => one.logprobs([[1, 2, 3]], { weights: 'policy', temperature: 1 })
      expect(await ask(loaded)).toEqual(await ask(engine))
      expect(loaded.capabilities()).toEqual(engine.capabilities())
      await engine.close()
      await loaded.close()
    } finally {
      await rm(directory, { recursive: true })
    }
  })
})
