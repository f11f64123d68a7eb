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

/** The first token at which the cumulated weight exceeds uniform · total. `kept` null: all. */
function draw(weights: Float64Array, kept: Int32Array | null, uniform: number): number {
  const count = kept === null ? weights.length : kept.length
  const at = (i: number) => (kept === null ? i : kept[i])
  let total = 0
  for (let i = 0; i < count; i++) total += weights[at(i)]
  const target = uniform * total
  let sum = 0
  let last = at(0)
  for (let i = 0; i < count; i++) {
    const weight = weights[at(i)]
    if (weight === 0) continue
    sum += weight
    last = at(i)
    if (sum > target) return last
  }
  return last
}

/** Tokens that the filters leave, most probable first (the lower id of equals); null where there is no filter. */
function keptTokens(weights: Float64Array, { topK, topP, minP }: Filters): Int32Array | null {
  const limitsCount = topK > 0 && topK < weights.length
  if (!limitsCount && topP >= 1 && minP <= 0) return null
  let floor = limitsCount ? kthLargest(weights, topK) : 0
  // Tokens at or below (1 − topP) of the mean weight always lie in the tail that top-p removes: no need to sort them.
  if (topP < 1) floor = Math.max(floor, tailBound(weights, floor, topP))
  floor = Math.max(floor, minP) // the highest weight is 1
  const kept = Int32Array.from(weights.keys()).filter((i) => weights[i] >= floor)
  kept.sort((a, b) => weights[b] - weights[a] || a - b)
  return topP < 1 ? kept.subarray(0, topPCount(weights, kept, topP, limitsCount ? topK : 0)) : kept
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

function tailBound(weights: Float64Array, floor: number, topP: number): number {
  return (totalAbove(weights, floor) * (1 - topP)) / weights.length
}

function totalAbove(weights: Float64Array, floor: number): number {
  let total = 0
  for (const weight of weights) if (weight >= floor) total += weight
  return total
}

/** How many of the sorted tokens hold top-p: each whose more probable ones have less than topP of the mass, at least one. */
function topPCount(weights: Float64Array, sorted: Int32Array, topP: number, topK: number): number {
  const total = totalAbove(weights, topK > 0 ? kthLargest(weights, topK) : 0)
  let before = 0
  let count = 0
  while (count < sorted.length && (count === 0 || before < topP * total)) before += weights[sorted[count++]]
  return count
}
