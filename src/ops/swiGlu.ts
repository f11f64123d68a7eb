import * as tf from '@tensorflow/tfjs-core'
import { requireShape } from './requireShape.js'

/**
 * The gated unit of Llama's MLP: silu(gate) · up, silu(z) = z / (1 + e^−z) (Shazeer 2020).
 *
 * @param gate [rows, width]
 * @param up   [rows, width]
 * @returns    [rows, width]
 */
export function swiGlu(gate: tf.Tensor2D, up: tf.Tensor2D): tf.Tensor2D {
  requireShape('swiGlu up', up, gate.shape)
  return swiGluReference(gate, up)
}

/** The definition, in plain tf ops. */
export function swiGluReference(gate: tf.Tensor2D, up: tf.Tensor2D): tf.Tensor2D {
  return tf.tidy(() => tf.mul(tf.mul(gate, tf.sigmoid(gate)), up))
}
