import { expect, test } from 'vitest'
import { createLocalEngine } from '../../src/engine/local/createLocalEngine.js'
import { meterEngine } from '../../src/engine/meterEngine.js'
import { minute } from './tinyModel.js'
import { plainSampling } from './plainSampling.js'

const sampling = { ...plainSampling, seed: 1 }

test('two float operations a weight and token forward, four more where every weight is trained', async () => {
  const { engine, flops } = meterEngine(await createLocalEngine(minute))
  const { body, head } = engine.capabilities().productParameters!
  expect(body + head).toBe(engine.capabilities().parameters) // embedding and head are one
  const groups = [{ prompt: [1, 2, 3], completions: [{ tokens: [4, 5] }, { tokens: [6] }] }]
  const loss = { type: 'crossEntropy', denominator: 3 } as const

  // The prompt runs once; a completion's last token predicts nothing and is left out: 3 + 1 + 0 tokens. Three are scored.
  await engine.forwardBackward(groups, loss)
  expect(flops()).toBe(6 * (4 * body + 3 * head))
  await engine.forward(groups, loss)
  expect(flops()).toBe((6 + 2) * (4 * body + 3 * head))

  const before = flops()
  const prompt = { tokens: [1, 2, 3], key: ['p'] }
  await engine.sample([prompt, { ...prompt, key: ['q'] }], { ...sampling, numGenerations: 2, maxTokens: 4 })
  expect(flops() - before).toBe(2 * (body * (3 + 4 * 4) + head * 4 * 4)) // one prompt, four completions of four tokens
  expect(await engine.peakFlops!()).toBeGreaterThan(1e6)
  await engine.close()
})

test('with an adapter only its own weights have gradients', async () => {
  const adapter = { type: 'lora', rank: 2, alpha: 4, targets: ['q_proj'] } as const
  const { engine, flops } = meterEngine(await createLocalEngine({ ...minute, adapter }))
  const { productParameters, trainableParameters } = engine.capabilities()
  const { body, head } = productParameters!
  const groups = [{ prompt: [1, 2, 3], completions: [{ tokens: [4, 5] }] }]
  await engine.forwardBackward(groups, { type: 'crossEntropy', denominator: 2 })
  expect(flops()).toBe(4 * (4 * body + 2 * head) + 2 * 4 * trainableParameters)
  await engine.close()
})

test('a spike is dropped: weights, moments and step count stay', async () => {
  const engine = await createLocalEngine(minute)
  const groups = [{ prompt: [1, 2, 3], completions: [{ tokens: [4, 5] }] }]
  const adam = { learningRate: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, maxGradNorm: 0 }
  const params = { ...adam, decayExclude: 'none' } as const
  const before = await engine.parameterNorms()
  const { loss } = await engine.forwardBackward(groups, { type: 'crossEntropy', denominator: 2 })
  const { gradNorm, skipped } = await engine.optimStep({ ...params, skipAbove: 1e-6 })
  expect([gradNorm > 1e-6, skipped]).toEqual([true, true])
  expect(await engine.parameterNorms()).toEqual(before)

  // Nothing of it is left for the next step either.
  expect((await engine.forwardBackward(groups, { type: 'crossEntropy', denominator: 2 })).loss).toBe(loss)
  expect(await engine.optimStep({ ...params, skipAbove: 1e6 })).toEqual({ gradNorm })
  expect(await engine.parameterNorms()).not.toEqual(before)
  await engine.close()
})
