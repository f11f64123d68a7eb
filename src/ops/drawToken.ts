import { activeNative } from './backends/activeNative.js'

/**
 * A token drawn from softmax(logits / temperature): the first at which the cumulated weight exceeds uniform · total.
 *
 * @param logits      [vocab], not all −∞
 * @param temperature above 0
 * @param uniform     in [0, 1); the draw depends on it and the logits alone
 */
export function drawToken(logits: Float32Array, temperature: number, uniform: number): number {
  const backend = activeNative()
  if (!backend) return drawTokenReference(logits, temperature, uniform)
  return backend.addon.drawToken(logits, temperature, uniform)
}

/** The definition, in float64; the kernel's weights are of float32, its sums as here. */
export function drawTokenReference(logits: Float32Array, temperature: number, uniform: number): number {
  let highest = -Infinity
  for (const logit of logits) highest = Math.max(highest, logit)
  const weights = new Float64Array(logits.length)
  let total = 0
  for (let i = 0; i < logits.length; i++) total += weights[i] = Math.exp((logits[i] - highest) / temperature)
  const target = uniform * total
  let sum = 0
  let last = 0
  for (let i = 0; i < weights.length; i++) {
    if (weights[i] === 0) continue
    sum += weights[i]
    last = i
    if (sum > target) return last
  }
  return last
}
