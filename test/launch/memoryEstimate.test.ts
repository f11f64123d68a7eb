import { expect, test } from 'vitest'
import { createLocalEngine } from '../../src/engine/local/createLocalEngine.js'
import { memoryEstimate } from '../../src/launch/memoryEstimate.js'
import type { PreparedStage } from '../../src/launch/PreparedStage.js'
import { minute } from '../engine/tinyModel.js'

test('a checkpoint among the steps takes a copy of weights and moments, and of the reference', async () => {
  const engine = await createLocalEngine(minute)
  const { memory, trainableParameters } = engine.capabilities()
  const stage = (needsReference: boolean) =>
    ({
      type: 'train',
      spec: { type: 'sft', microBatchTokens: 64 },
      training: { tokensPerStep: 128, totalSteps: 10 },
      needsReference,
    }) as unknown as PreparedStage
  const bytes = (interval: Parameters<typeof memoryEstimate>[3], needsReference = false) =>
    memoryEstimate(0, memory, [stage(needsReference)], interval)
  const none = bytes(null)
  const copy = 4 * trainableParameters
  expect(bytes({ everySteps: 10, everyMinutes: null })).toBe(none)
  expect(bytes({ everySteps: 5, everyMinutes: null })).toBe(none + 3 * copy)
  expect(bytes({ everySteps: 10, everyMinutes: 15 })).toBe(none + 3 * copy)
  expect(bytes({ everySteps: 5, everyMinutes: null }, true)).toBe(bytes(null, true) + 4 * copy)
  await engine.close()
})
