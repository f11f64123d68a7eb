import { drawToken } from '../../ops/drawToken.js'
import type { SampleParams } from '../Engine.js'

type Filters = Pick<SampleParams, 'temperature' | 'topK' | 'topP' | 'minP'>

/**
 * The next token from a row of logits: the most probable one at temperature 0 (the lowest id of equals), else one drawn
 * from softmax(logits / temperature) after top-k, top-p and min-p, in Transformers' order and with its edge rules.
 *
 * @param logits  [vocab], penalties applied
 * @param uniform in [0, 1); the draw depends on it and the logits alone
 */
export function chooseToken(logits: Float32Array, filters: Filters, uniform: number): number {
  if (filters.temperature === 0) return argmax(logits)
  if (!areOn(filters, logits.length)) return drawToken(logits, filters.temperature, uniform)
  const highest = logits[argmax(logits)]
  const weights = new Float64Array(logits.length)
  for (let i = 0; i < logits.length; i++) weights[i] = Math.exp((logits[i] - highest) / filters.temperature)
  return draw(weights, keptTokens(weights, filters), uniform)
}

function argmax(values: Float32Array): number {
  let best = 0
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i
  return best
}

const limitsCount = (topK: number, vocab: number) => topK > 0 && topK < vocab

function areOn({ topK, topP, minP }: Filters, vocab: number): boolean {
  return limitsCount(topK, vocab) || topP < 1 || minP > 0
}

/** The first of the kept tokens at which the cumulated weight exceeds uniform · total. */
function draw(weights: Float64Array, kept: Int32Array, uniform: number): number {
  let total = 0
  for (const token of kept) total += weights[token]
  const target = uniform * total
  let sum = 0
  let last = kept[0]
  for (const token of kept) {
    if (weights[token] === 0) continue
    sum += weights[token]
    last = token
    if (sum > target) return last
  }
  return last
}

/** Tokens that the filters leave, by id or (top-p) most probable first. The highest weight is 1. */
function keptTokens(weights: Float64Array, { topK, topP, minP }: Filters): Int32Array {
  const floor = limitsCount(topK, weights.length) ? kthLargest(weights, topK) : 0
  if (topP >= 1) return tokensFrom(weights, Math.max(floor, minP))
  let mass = 0
  for (const weight of weights) if (weight >= floor) mass += weight
  // All tokens below (1 − topP)·mass/vocab together hold less than what top-p removes, so they need not be sorted.
  const tail = ((1 - topP) * mass) / weights.length
  const kept = tokensFrom(weights, Math.max(floor, tail, minP))
  kept.sort((a, b) => weights[b] - weights[a] || a - b)
  return kept.subarray(0, countHolding(topP * mass, weights, kept))
}

function tokensFrom(weights: Float64Array, floor: number): Int32Array {
  const kept: number[] = []
  for (let i = 0; i < weights.length; i++) if (weights[i] >= floor) kept.push(i)
  return Int32Array.from(kept)
}

/** The k-th largest value; ties of it stay, as in Transformers. */
function kthLargest(values: Float64Array, k: number): number {
  const largest = new Float64Array(k).fill(-1) // ascending
  for (const value of values) {
    if (value <= largest[0]) continue
    let place = 1
    while (place < k && largest[place] < value) {
      largest[place - 1] = largest[place]
      place++
    }
    largest[place - 1] = value
  }
  return largest[0]
}

/** How many of the sorted tokens top-p keeps: each whose more probable ones hold less than `mass`, at least one. */
function countHolding(mass: number, weights: Float64Array, sorted: Int32Array): number {
  let before = 0
  let count = 0
  while (count < sorted.length && (count === 0 || before < mass)) before += weights[sorted[count++]]
  return count
}
