import * as tf from '@tensorflow/tfjs-core'
import type { Engine, TrainGroup } from '../engine/Engine.js'
import { createLocalEngine } from '../engine/local/createLocalEngine.js'
import type { PolicyLossSpec } from '../engine/loss/LossSpec.js'
import { splitMicroBatches } from '../engine/splitMicroBatches.js'
import { groupAdvantages } from '../grpo/groupAdvantages.js'
import { keyedRandom } from '../lib/keyedRandom.js'
import { sum } from '../lib/sum.js'
import { initBackend } from '../ops/initBackend.js'
import { linear } from '../ops/linear.js'
import { useDtype } from '../ops/useDtype.js'
import type { BenchMeasure } from './BenchMeasure.js'
import { benchModels } from './benchModels.js'
import type { BenchWork } from './BenchWork.js'
import { gemmShapes } from './gemmShapes.js'

const adam = {
  learningRate: 1e-6,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 0.01,
  decayExclude: 'none',
  maxGradNorm: 1,
} as const

/** Does a work on our engine, as the trainer does it: once to warm up, then `repetitions` times. */
export async function measureWork(work: BenchWork, repetitions: number): Promise<BenchMeasure> {
  if (work.kind === 'gemm') return measureGemm(work, repetitions)
  const engine = await createLocalEngine({
    init: { config: benchModels[work.model] },
    adapter: { type: 'full' },
    backend: 'auto',
    threads: 'auto',
    dtype: work.dtype,
    seed: 1,
  })
  const repeat = { sft: sftStep, sample: sampling, grpo: grpoStep }[work.kind]
  const seconds: number[] = []
  const parts: Record<string, number> = {}
  let amount = 0
  for (let i = 0; i <= repetitions; i++) {
    const began = performance.now()
    const done = await repeat(engine, work, i)
    amount = done.amount
    if (i === 0) continue
    seconds.push((performance.now() - began) / 1000)
    for (const [part, took] of Object.entries(done.parts)) parts[part] = (parts[part] ?? 0) + took / repetitions
  }
  const { backend, kernels, threads } = engine.capabilities()
  return {
    seconds,
    amounts: [amount],
    parts,
    peakBytes: peakBytes(),
    with: `${backend} ${kernels}, ${threads} threads`,
  }
}

interface Repetition {
  readonly amount: number
  readonly parts: Readonly<Record<string, number>>
}

/** A step on 8 sequences of 256 tokens, every position labelled. */
async function sftStep(engine: Engine, { microBatchTokens }: BenchWork): Promise<Repetition> {
  const groups = [0, 1, 2, 3, 4, 5, 6, 7].map((i): TrainGroup => ({
    prompt: [],
    completions: [{ tokens: tokensOf(engine, ['sft', i], 256) }],
  }))
  for (const batch of splitMicroBatches(groups, microBatchTokens!))
    await engine.forwardBackward(batch, { type: 'crossEntropy', denominator: 8 * 255 })
  await engine.optimStep(adam)
  return { amount: 8 * 256, parts: {} }
}

/** 8 completions of 64 tokens for each of 4 prompts of 256. */
async function sampling(engine: Engine, _: BenchWork, repetition: number): Promise<Repetition> {
  await sampleFrom(engine, { prompts: 4, promptTokens: 256, repetition })
  return { amount: 32 * 64, parts: {} }
}

/** A whole on-policy step: 8 completions of 64 tokens for each of 2 prompts of 512, advantages, gradient, AdamW. */
async function grpoStep(engine: Engine, { microBatchTokens }: BenchWork, repetition: number): Promise<Repetition> {
  const began = performance.now()
  const { prompts, completions } = await sampleFrom(engine, { prompts: 2, promptTokens: 512, repetition })
  const sampled = performance.now()
  const rewards = completions.map((group) => group.map(({ tokens }) => [sum(tokens) % 7]))
  const { advantages } = groupAdvantages(rewards, { scaleRewards: 'group', rewardWeights: [1] })
  const groups = prompts.map((prompt, p): TrainGroup => ({
    prompt,
    completions: completions[p].map(({ tokens }, i) => ({ tokens, advantage: advantages[p][i] })),
  }))
  for (const batch of splitMicroBatches(groups, microBatchTokens!)) await engine.forwardBackward(batch, dapo)
  await engine.optimStep(adam)
  await engine.syncSampler()
  const trained = performance.now()
  return { amount: 16 * 64, parts: { sample: (sampled - began) / 1000, train: (trained - sampled) / 1000 } }
}

const dapo: PolicyLossSpec = {
  type: 'policy',
  lossType: 'dapo',
  importanceSamplingLevel: 'token',
  beta: 0,
  klBiasCorrection: false,
  epsilonLow: 0.2,
  epsilonHigh: 0.2,
  delta: null,
  temperature: 1,
  truncatedImportanceSampling: null,
  denominators: { sequences: 16, tokens: 16 * 64, maxCompletionLength: 64, microBatchShare: 1 },
}

async function sampleFrom(
  engine: Engine,
  { prompts: count, promptTokens, repetition }: { prompts: number; promptTokens: number; repetition: number },
) {
  const prompts = Array.from({ length: count }, (_, p) => tokensOf(engine, ['prompt', repetition, p], promptTokens))
  const completions = await engine.sample(
    prompts.map((tokens, p) => ({ tokens, key: ['bench', repetition, p] })),
    {
      numGenerations: 8,
      maxTokens: 64,
      temperature: 1,
      topP: 1,
      topK: 0,
      minP: 0,
      repetitionPenalty: 1,
      stop: [],
      stopTokenIds: [],
      seed: 1,
    },
  )
  return { prompts, completions }
}

function tokensOf(engine: Engine, key: readonly (string | number)[], length: number): number[] {
  const random = keyedRandom('bench', ...key)
  const { vocabSize } = engine.capabilities()
  return Array.from({ length }, () => 3 + random.integer(vocabSize - 3))
}

/** The best of some products of each shape with a weight, as the model's layers make them. */
async function measureGemm(work: BenchWork, repetitions: number): Promise<BenchMeasure> {
  const { name, kernels, threads } = await initBackend({ backend: 'auto', threads: 'auto' })
  useDtype(work.dtype, false)
  const seconds = gemmShapes.map(([rows, inner, outer]) => {
    const x = tf.randomUniform([rows, inner], -1, 1, 'float32', 1) as tf.Tensor2D
    const weight = tf.variable(tf.randomUniform([outer, inner], -1, 1, 'float32', 2))
    let best = Infinity
    for (let i = 0; i <= 4 * repetitions; i++) {
      const began = performance.now()
      const product = linear(x, weight as unknown as tf.Tensor2D)
      best = Math.min(best, (performance.now() - began) / 1000)
      product.dispose()
    }
    tf.dispose([x, weight])
    return best
  })
  const amounts = gemmShapes.map(([rows, inner, outer]) => 2 * rows * inner * outer)
  return { seconds, amounts, peakBytes: peakBytes(), with: `${name} ${kernels}, ${threads} threads` }
}

function peakBytes(): number {
  return process.resourceUsage().maxRSS * 1024
}
