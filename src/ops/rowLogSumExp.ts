import type * as tf from '@tensorflow/tfjs-core'
import { activeNative } from './backends/activeNative.js'
import { requireShape } from './requireShape.js'

/**
 * log Σ exp(logit / temperature) of each row, by the same arithmetic as in tokenLogprobs.
 *
 * @param logits      [rows, vocab]
 * @param temperature above 0
 * @returns           [rows]
 */
export function rowLogSumExp(logits: tf.Tensor2D, temperature: number): Float32Array {
  requireShape('rowLogSumExp logits', logits, [-1, -1])
  const backend = activeNative()
  if (!backend) return rowLogSumExpReference(logits, temperature)
  const [rows, vocab] = logits.shape
  const out = new Float32Array(rows)
  backend.addon.rowLogSumExp(backend.floats(logits), rows, vocab, temperature, out)
  return out
}

/** The definition: plain loops, sums in float64. */
export function rowLogSumExpReference(logits: tf.Tensor2D, temperature: number): Float32Array {
  const [rows, vocab] = logits.shape
  const values = logits.dataSync() as Float32Array
  const out = new Float32Array(rows)
  for (let r = 0; r < rows; r++) out[r] = logSumExpOfRow(values.subarray(r * vocab, (r + 1) * vocab), temperature)
  return out
}

function logSumExpOfRow(row: Float32Array, temperature: number): number {
  const divisor = Math.fround(temperature)
  let max = -Infinity
  for (const logit of row) max = Math.max(max, Math.fround(logit / divisor))
  let sum = 0
  for (const logit of row) sum += Math.exp(Math.fround(logit / divisor) - max)
  return max + Math.log(sum)
}
