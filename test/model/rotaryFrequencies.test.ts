import { describe, expect, test } from 'vitest'
import type { RopeConfig } from '../../src/model/RopeConfig.js'
import { rotaryFrequencies } from '../../src/model/rotaryFrequencies.js'

const of = (rope: RopeConfig, headDim = 8) => rotaryFrequencies({ rope, headDim })
const expectClose = (found: Float32Array, wanted: readonly number[]) => {
  expect(found.length).toBe(wanted.length)
  wanted.forEach((x, i) => expect(Math.abs(found[i] / x - 1), `${found[i]} vs ${x}`).toBeLessThan(1e-6))
}

describe('frequencies', () => {
  test('default: θ^(−2i/d), here 10,000 to the powers 0, −¼, −½, −¾', () => {
    expectClose(of({ type: 'default', theta: 1e4 }).frequencies, [1, 0.1, 0.01, 0.001])
    expect(of({ type: 'default', theta: 1e4 }).scaling).toBe(1)
  })
  test('linear: positions divided by the factor', () => {
    expectClose(of({ type: 'linear', theta: 1e4, factor: 4 }).frequencies, [0.25, 0.025, 0.0025, 0.00025])
  })
  test('dynamic: as default up to the longest position', () => {
    expect(of({ type: 'dynamic', theta: 1e4, factor: 4 })).toEqual(of({ type: 'default', theta: 1e4 }))
  })
  test('llama3: short waves kept, long ones slowed, the rest blended', () => {
    // Wavelengths 2π/f: 6.28, 62.8, 628, 6283. Context 1,024, low 1, high 4: kept below 256, slowed eightfold above 1,024.
    // 628 is between: smooth = (1024/628.3185 − 1)/(4 − 1) = 0.209914, f = (1 − s)·0.01/8 + s·0.01 = 0.00308675.
    const rope = { type: 'llama3', theta: 1e4, factor: 8, lowFreqFactor: 1, highFreqFactor: 4 } as const
    const { frequencies } = of({ ...rope, originalMaxPositions: 1024 })
    const smooth = (1024 / ((2 * Math.PI) / 0.01) - 1) / 3
    expect(smooth).toBeCloseTo(0.20991, 4)
    expectClose(frequencies, [1, 0.1, (1 - smooth) * (0.01 / 8) + smooth * 0.01, 0.001 / 8])
  })
  test('yarn: a ramp over the dimensions, and cos and sin scaled', () => {
    // Dimension that turns n times in 1,024 positions: 8·ln(1024/(2πn))/(2·ln 10⁴); n = 32: 0.706 → 0; n = 1: 2.212 → 3.
    // Ramp over 0 … 3: 0, 1/3, 2/3, 1; f = kept·(1 − ramp) + kept/4·ramp.
    const rope = { type: 'yarn', theta: 1e4, factor: 4, betaFast: 32, betaSlow: 1, truncate: true } as const
    const { frequencies, scaling } = of({ ...rope, originalMaxPositions: 1024, attentionFactor: 1.1386 })
    expectClose(frequencies, [1, 0.1 * (2 / 3 + 1 / 12), 0.01 * (1 / 3 + 2 / 12), 0.001 / 4])
    expect(scaling).toBe(1.1386)
  })
})
