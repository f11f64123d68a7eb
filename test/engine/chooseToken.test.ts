import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import { keyedRandom } from '../../src/lib/keyedRandom.js'
import { chooseToken } from '../../src/engine/local/chooseToken.js'
import { penalizeRepetition } from '../../src/engine/local/penalizeRepetition.js'

const all = { temperature: 1, topK: 0, topP: 1, minP: 0 }

/** Transformers' warpers, literally: each sets scores to −∞; then the softmax that is drawn from. */
function literalProbabilities(logits: Float32Array, { temperature, topK, topP, minP }: typeof all): number[] {
  let scores = Array.from(logits, (logit) => logit / temperature)
  const softmax = (x: number[]) => {
    const max = Math.max(...x)
    const e = x.map((value) => Math.exp(value - max))
    const sum = e.reduce((a, b) => a + b, 0)
    return e.map((value) => value / sum)
  }
  if (topK > 0) {
    const kth = [...scores].sort((a, b) => b - a)[Math.min(topK, scores.length) - 1]
    scores = scores.map((score) => (score < kth ? -Infinity : score))
  }
  if (topP < 1) {
    const p = softmax(scores)
    const ascending = p.map((_, i) => i).sort((a, b) => p[a] - p[b] || b - a)
    let sum = 0
    ascending.forEach((token, place) => {
      sum += p[token]
      if (sum <= 1 - topP && place < ascending.length - 1) scores[token] = -Infinity
    })
  }
  if (minP > 0) {
    const p = softmax(scores)
    const bound = minP * Math.max(...p)
    scores = scores.map((score, i) => (p[i] < bound ? -Infinity : score))
  }
  return softmax(scores)
}

describe('chooseToken', () => {
  it("never draws what Transformers' filters remove, and can draw all that they leave", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -400, max: 400 }), { minLength: 2, maxLength: 12 }),
        fc.record({
          temperature: fc.constantFrom(0.5, 1, 1.7),
          topK: fc.constantFrom(0, 1, 2, 5, 50),
          topP: fc.constantFrom(1, 0.93, 0.61, 0.17),
          minP: fc.constantFrom(0, 0.053, 0.41),
        }),
        (raw, filters) => {
          const logits = Float32Array.from(raw, (value) => value / 100)
          const expected = literalProbabilities(logits, filters)
          const n = 1000
          const counts = new Array<number>(logits.length).fill(0)
          for (let i = 0; i < n; i++) counts[chooseToken(logits, filters, (i + 0.5) / n)]++
          // An even grid of uniforms hits each token in proportion to its probability, to one grid cell at each end.
          counts.forEach((count, token) => expect(Math.abs(count / n - expected[token])).toBeLessThan(2 / n))
        },
      ),
      { numRuns: 120 },
    )
  })

  it('takes the most probable token at temperature 0, the lowest id of equals', () => {
    expect(chooseToken(Float32Array.of(1, 3, 3, 2), { ...all, temperature: 0 }, 0.99)).toBe(1)
  })

  it('draws by the softmax: 3:1 for logits ln 3 and 0', () => {
    const random = keyedRandom(1, 'draws')
    const logits = Float32Array.of(Math.log(3), 0)
    let zeros = 0
    for (let i = 0; i < 4000; i++) if (chooseToken(logits, all, random.uniform()) === 0) zeros++
    expect(zeros / 4000).toBeGreaterThan(0.72)
    expect(zeros / 4000).toBeLessThan(0.78)
  })

  it('survives −∞ logits and a uniform of almost 1', () => {
    expect(chooseToken(Float32Array.of(-Infinity, 0, -Infinity), all, 1 - 2 ** -32)).toBe(1)
  })
})

describe('penalizeRepetition', () => {
  it('divides positive logits of seen tokens and multiplies negative ones, once each', () => {
    const logits = Float32Array.of(2, -2, 4, -4)
    expect(Array.from(penalizeRepetition(logits, [0, 1, 0], 2))).toEqual([1, -4, 4, -4])
    expect(Array.from(logits)).toEqual([2, -2, 4, -4])
  })
})
