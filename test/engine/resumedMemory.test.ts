import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { TrainGroup } from '../../src/engine/Engine.js'
import { createLocalEngine } from '../../src/engine/local/createLocalEngine.js'
import { memoryUsage } from '../../src/ops/memoryUsage.js'
import { tinyQwen2 } from './tinyModel.js'

const adam = {
  ...{ learningRate: 1e-3, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0, maxGradNorm: 1 },
  decayExclude: 'none',
} as const
const groups: TrainGroup[] = [{ prompt: [], completions: [{ tokens: [5, 4, 3, 2, 1] }] }]

it('a resumed engine holds as much memory after a step as one that went on', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'fintune-resumed-'))
  const engine = await createLocalEngine({ ...tinyQwen2, adapter: { type: 'full' }, backend: 'auto' })
  const used = async () => {
    await engine.forwardBackward(groups, { type: 'crossEntropy', denominator: 4 })
    await engine.optimStep(adam)
    return memoryUsage()?.usedBytes // only the native backend counts
  }
  await used()
  const before = await used()
  await engine.saveState(directory)
  await engine.loadState(directory)
  expect(await used()).toBe(before)
  await engine.close()
  await rm(directory, { recursive: true })
})
