import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import type { LossRow } from '../../src/engine/loss/LossRow.js'
import type { PolicyLossSpec, PolicyLossType } from '../../src/engine/loss/LossSpec.js'
import { policyLoss } from '../../src/engine/loss/policyLoss.js'
import { readGolden } from './readGolden.js'

interface GoldenCase {
  name: string
  settings: {
    loss_type: PolicyLossType
    beta: number
    epsilon_low: number
    epsilon_high: number
    delta: number | null
    importance_sampling_level: 'token' | 'sequence'
    use_bias_correction_kl: boolean
    max_completion_length: number
    num_items_in_batch: number
    gradient_accumulation_steps: number
    steps_per_generation: number
    old: 'given' | 'detached'
    mask: 'completion_mask' | 'completion_mask_row1_masked'
  }
  loss: number
  grad_per_token_logps: number[][]
  metrics: Record<string, number>
}
const golden = readGolden<{ arrays: Record<string, number[][]>; cases: GoldenCase[] }>('grpo_loss.json')
const advantages = golden.arrays.advantages as unknown as number[]

function specOf(s: GoldenCase['settings']): PolicyLossSpec {
  return {
    type: 'policy',
    lossType: s.loss_type,
    importanceSamplingLevel: s.importance_sampling_level,
    beta: s.beta,
    klBiasCorrection: s.use_bias_correction_kl,
    epsilonLow: s.epsilon_low,
    epsilonHigh: s.epsilon_high,
    delta: s.delta,
    temperature: 1,
    truncatedImportanceSampling: null,
    denominators: {
      sequences: 8 * s.gradient_accumulation_steps,
      tokens: (s.num_items_in_batch * s.gradient_accumulation_steps) / s.steps_per_generation,
      maxCompletionLength: s.max_completion_length,
      microBatchShare: 1 / s.gradient_accumulation_steps,
    },
  }
}

function rowsOf(s: GoldenCase['settings']): LossRow[] {
  return golden.arrays.per_token_logps.map((logprobs, i) => ({
    logprobs,
    mask: golden.arrays[s.mask][i],
    old: s.old === 'given' ? golden.arrays.old_per_token_logps[i] : null,
    ref: s.beta === 0 ? null : golden.arrays.ref_per_token_logps[i],
    sampler: null,
    advantage: advantages[i],
  }))
}

describe("policyLoss against trl's GRPOTrainer._compute_loss", () => {
  it.each(golden.cases)('$name: loss, gradient and metrics', ({ settings, loss, grad_per_token_logps, metrics }) => {
    const result = policyLoss(rowsOf(settings), specOf(settings))
    expect(Math.abs(result.loss - loss)).toBeLessThan(1e-5)
    let worst = 0
    result.gradient.forEach((row, i) =>
      row.forEach((value, t) => (worst = Math.max(worst, Math.abs(value - grad_per_token_logps[i][t])))),
    )
    expect(worst).toBeLessThan(1e-6)
    const { sums, minima, maxima } = result
    const tokens = golden.arrays[settings.mask].flat().reduce((a, b) => a + b, 0)
    const found: Record<string, number> = {
      kl: sums.kl / tokens,
      'clip_ratio/low_mean': sums.clipLow / sums.clipCount,
      'clip_ratio/high_mean': sums.clipHigh / sums.clipCount,
      'clip_ratio/region_mean': sums.clipRegion / sums.clipCount,
      'clip_ratio/low_min': minima.clipLow,
      'clip_ratio/high_max': maxima.clipHigh,
      cispo_clip_ratio: sums.cispoClip / sums.clipCount,
      'vespo/phi_seq_mean': sums.vespoPhi / sums.sequences,
    }
    for (const [name, value] of Object.entries(metrics)) expect(found[name], name).toBeCloseTo(value, 5)
  })
})

const base = specOf(golden.cases[0].settings)
const row = (over: Partial<LossRow>): LossRow => ({
  logprobs: [-1],
  mask: [1],
  old: null,
  ref: null,
  sampler: null,
  advantage: 1,
  ...over,
})
const denominators = { sequences: 1, tokens: 1, maxCompletionLength: 1, microBatchShare: 1 }

describe('policyLoss by hand', () => {
  it('clips ratios .5, 1, 1.5 with advantages 1, −1, 2 and ε .2 to a loss of −.6333', () => {
    // −min(.5·1, .8·1) = −.5; −min(1·−1, 1·−1) = 1; −min(1.5·2, 1.2·2) = −2.4; mean −.6333
    const rows = [0.5, 1, 1.5].map((ratio, i) => row({ old: [-1 - Math.log(ratio)], advantage: [1, -1, 2][i] }))
    const { loss } = policyLoss(rows, { ...base, denominators: { ...denominators, sequences: 3 } })
    expect(loss).toBeCloseTo(-0.63333, 5)
  })

  it('caps the sampler weight exp(old − sampler), and reports what it saw', () => {
    // exp(log 4) = 4, cut to 2, times −r·A = −1; the other weight is .5
    const rows = [Math.log(4), Math.log(0.5)].map((difference) => row({ sampler: [-1 - difference] }))
    const spec = { ...base, truncatedImportanceSampling: 2, denominators }
    const { loss, gradient, sums, minima, maxima } = policyLoss(rows, spec)
    expect(loss).toBeCloseTo(-2.5, 12)
    expect(gradient.map((g) => g[0])).toEqual([expect.closeTo(-2, 12), expect.closeTo(-0.5, 12)])
    expect(sums.importanceRatio).toBeCloseTo(2.5, 12)
    expect([minima.importanceRatio, maxima.importanceRatio]).toEqual([expect.closeTo(0.5, 12), expect.closeTo(2, 12)])
    expect(maxima.logpDifference).toBeCloseTo(Math.log(4), 12)
  })

  it('says that a reference is missing where beta asks for one', () => {
    expect(() => policyLoss([row({})], { ...base, beta: 0.04 })).toThrow(/refLogprobs/)
  })

  it('looks at KL without letting it into the loss where beta is 0', () => {
    const { loss, sums } = policyLoss([row({ ref: [800] })], { ...base, denominators })
    expect(loss).toBe(-1)
    expect(sums.kl).toBe(Infinity)
  })
})

// The literal reading: the loss as a function of log p with every stop-gradient held at its value.
const types: PolicyLossType[] = ['grpo', 'bnpo', 'dr_grpo', 'dapo', 'cispo', 'sapo', 'vespo', 'luspo']
const numbers = (min: number, max: number) =>
  fc.array(fc.double({ min, max, noNaN: true }), { minLength: 5, maxLength: 5 })
const rowArbitrary = fc.record({
  logprobs: numbers(-3, -0.1),
  drift: numbers(-0.5, 0.5),
  refDrift: numbers(-0.5, 0.5),
  mask: fc.array(fc.constantFrom(0, 1), { minLength: 5, maxLength: 5 }),
  advantage: fc.double({ min: -2, max: 2, noNaN: true }),
})

describe('policyLoss gradient', () => {
  it('equals finite differences of the loss for every type, level, KL form and dual clip', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...types),
        fc.constantFrom<'token' | 'sequence'>('token', 'sequence'),
        fc.boolean(),
        fc.constantFrom(null, 1.3),
        fc.array(rowArbitrary, { minLength: 1, maxLength: 3 }),
        (lossType, importanceSamplingLevel, klBiasCorrection, delta, raw) => {
          const spec: PolicyLossSpec = {
            ...base,
            ...{ lossType, importanceSamplingLevel, klBiasCorrection, delta, beta: 0.3 },
            epsilonHigh: lossType === 'cispo' ? 5 : 0.28,
            denominators: { sequences: 3, tokens: 7, maxCompletionLength: 6, microBatchShare: 0.5 },
          }
          const rows: LossRow[] = raw.map((r) => ({
            logprobs: r.logprobs,
            mask: r.mask,
            old: r.logprobs.map((value, t) => value - r.drift[t]),
            ref: r.logprobs.map((value, t) => value + r.refDrift[t]),
            sampler: null,
            advantage: r.advantage,
          }))
          const { gradient } = policyLoss(rows, spec)
          const h = 1e-6
          for (let i = 0; i < rows.length; i++)
            for (let t = 0; t < 5; t++) {
              const moved = (by: number) =>
                literalLoss(
                  rows,
                  rows.map((row, j) => Array.from(row.logprobs, (v, s) => (j === i && s === t ? v + by : v))),
                  spec,
                )
              const [below, here, above] = [moved(-h), moved(0), moved(h)]
              // At a kink of the clip both one-sided slopes are right answers.
              if (Math.abs(above - here - (here - below)) > 1e-9) continue
              expect(Math.abs((above - below) / (2 * h) - gradient[i][t])).toBeLessThan(1e-5)
            }
        },
      ),
      { numRuns: 150 },
    )
  })
})

/** The loss at log p `x`, ratios and KL following x, weights under a stop-gradient staying at the rows' own log p. */
function literalLoss(rows: readonly LossRow[], x: readonly number[][], spec: PolicyLossSpec): number {
  const mean = (i: number, at: ArrayLike<number>) => {
    const counted = x[i].map((_, t) => t).filter((t) => rows[i].mask[t])
    return counted.reduce((sum, t) => sum + at[t] - rows[i].old![t], 0) / Math.max(counted.length, 1)
  }
  const ratioAt = (i: number, t: number, at: ArrayLike<number>) =>
    Math.exp(spec.importanceSamplingLevel === 'sequence' ? mean(i, at) : at[t] - rows[i].old![t])
  const perRow = rows.map((row, i) => {
    const sumLog = mean(i, row.logprobs) * Array.from(row.mask).filter(Boolean).length
    return x[i].reduce((sum, lp, t) => {
      if (!row.mask[t]) return sum
      const [r, held, A] = [ratioAt(i, t, x[i]), ratioAt(i, t, row.logprobs), row.advantage]
      const bound = Math.min(Math.max(r, 1 - spec.epsilonLow), 1 + spec.epsilonHigh)
      let l = -Math.min(Math.min(r, spec.delta ?? Infinity) * A, bound * A)
      if (spec.lossType === 'cispo') l = -Math.min(held, spec.epsilonHigh) * A * lp
      if (spec.lossType === 'sapo') {
        const tau = A > 0 ? 1 : 1.05
        l = (-A * 4) / tau / (1 + Math.exp(-tau * (r - 1)))
      }
      if (spec.lossType === 'vespo') {
        const w = Math.exp(sumLog)
        l = -(A >= 0 ? Math.exp(3) * w ** 2 * Math.exp(-3 * w) : Math.exp(2) * w ** 3 * Math.exp(-2 * w)) * A * lp
      }
      const d = row.ref![t] - lp
      return sum + l + spec.beta * (Math.exp(d) - d - 1) * (spec.klBiasCorrection ? r : 1)
    }, 0)
  })
  const counts = rows.map((row) => Math.max(1, Array.from(row.mask).filter(Boolean).length))
  const total = perRow.reduce((a, b) => a + b, 0)
  const d = spec.denominators
  if (spec.lossType === 'grpo' || spec.lossType === 'sapo')
    return perRow.reduce((sum, value, i) => sum + value / counts[i], 0) / d.sequences
  if (spec.lossType === 'bnpo')
    return (
      (total /
        Math.max(
          1,
          rows.reduce((n, r) => n + Array.from(r.mask).filter(Boolean).length, 0),
        )) *
      d.microBatchShare
    )
  if (spec.lossType === 'dr_grpo') return total / (d.sequences * d.maxCompletionLength)
  if (spec.lossType === 'luspo') return total / d.sequences
  return total / d.tokens
}
