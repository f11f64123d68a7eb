import { describe, expect, it } from 'vitest'
import { learningRateAt } from '../../src/engine/learningRateAt.js'
import { readGolden } from './readGolden.js'

describe('learningRateAt', () => {
  it("cosine with warm-up equals Transformers': the first step has 0, the last does not", () => {
    const { runs } = readGolden<{ runs: { all_decay: { steps: { lr: number }[] } } }>('sft.json')
    const found = runs.all_decay.steps.map((_, step) =>
      learningRateAt(step, { schedule: 'cosine', learningRate: 1e-3, warmupSteps: 3, totalSteps: 10 }),
    )
    runs.all_decay.steps.forEach(({ lr }, step) => expect(Math.abs(found[step] - lr)).toBeLessThan(1e-9))
    expect(found[0]).toBe(0)
    expect(found[9]).toBeGreaterThan(0)
  })

  it('linear: warm-up to the peak, then straight down to one step above 0', () => {
    const at = (step: number) =>
      learningRateAt(step, { schedule: 'linear', learningRate: 8, warmupSteps: 2, totalSteps: 6 })
    expect([0, 1, 2, 3, 4, 5, 6, 9].map(at)).toEqual([0, 4, 8, 6, 4, 2, 0, 0])
  })

  it('constant, with and without warm-up', () => {
    const at = (warmupSteps: number) => (step: number) =>
      learningRateAt(step, { schedule: 'constant', learningRate: 3, warmupSteps, totalSteps: 4 })
    expect([0, 1, 2, 3].map(at(0))).toEqual([3, 3, 3, 3])
    expect([0, 1, 2, 3].map(at(3))).toEqual([0, 1, 2, 3])
  })

  it('a warm-up as long as the stage never divides by zero', () => {
    const at = (step: number) =>
      learningRateAt(step, { schedule: 'cosine', learningRate: 1, warmupSteps: 2, totalSteps: 2 })
    expect([0, 1, 2].map(at)).toEqual([0, 0.5, 1])
  })
})
