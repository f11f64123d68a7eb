import * as tf from '@tensorflow/tfjs-core'
import type { LoraWeights } from './LoraWeights.js'
import { requireShape } from './requireShape.js'

export interface LinearOptions {
  /** [out] */
  readonly bias?: tf.Tensor1D
  readonly lora?: LoraWeights
}

/**
 * y = x·weightᵀ + bias + scale·(x·aᵀ)·bᵀ; bias and the low-rank part where given.
 *
 * @param x      [rows, in]
 * @param weight [out, in], as Hugging Face stores it
 * @returns      [rows, out]
 * @throws FintuneError when shapes do not fit
 */
export function linear(x: tf.Tensor2D, weight: tf.Tensor2D, options: LinearOptions = {}): tf.Tensor2D {
  const [out, inputs] = weight.shape
  requireShape('linear x', x, [-1, inputs])
  if (options.bias) requireShape('linear bias', options.bias, [out])
  if (options.lora) {
    requireShape('linear lora.a', options.lora.a, [-1, inputs])
    requireShape('linear lora.b', options.lora.b, [out, options.lora.a.shape[0]])
  }
  return linearReference(x, weight, options)
}

/** The definition, in plain tf ops. */
export function linearReference(x: tf.Tensor2D, weight: tf.Tensor2D, options: LinearOptions = {}): tf.Tensor2D {
  return tf.tidy(() => {
    let y: tf.Tensor2D = tf.matMul(x, weight, false, true)
    if (options.bias) y = tf.add(y, options.bias)
    if (options.lora) {
      const { a, b, scale } = options.lora
      const low: tf.Tensor2D = tf.matMul(x, a, false, true) // [rows, rank]
      y = tf.add(y, tf.mul(tf.matMul(low, b, false, true), scale))
    }
    return y
  })
}
