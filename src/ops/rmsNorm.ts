import * as tf from '@tensorflow/tfjs-core'
import { activeNative } from './backends/activeNative.js'
import { defineNativeOp } from './backends/defineNativeOp.js'
import { requireShape } from './requireShape.js'

/**
 * Root-mean-square normalisation over the last axis: y = x / sqrt(mean(x²) + eps) · weight.
 *
 * @param x      [rows, width]
 * @param weight [width]
 * @returns      [rows, width]
 * @throws FintuneError when weight's length is not x's width
 * @see Zhang & Sennrich 2019, eq. 4
 */
export function rmsNorm(x: tf.Tensor2D, weight: tf.Tensor1D, eps: number): tf.Tensor2D {
  requireShape('rmsNorm x', x, [-1, weight.size])
  requireShape('rmsNorm weight', weight, [-1])
  return activeNative() ? (runRmsNorm([x, weight], { eps })[0] as tf.Tensor2D) : rmsNormReference(x, weight, eps)
}

/** The definition, in plain tf ops. */
export function rmsNormReference(x: tf.Tensor2D, weight: tf.Tensor1D, eps: number): tf.Tensor2D {
  return tf.tidy(() => {
    const inverseRms = tf.rsqrt(tf.add(tf.mean(tf.square(x), 1, true), eps)) // [rows, 1]
    return tf.mul(tf.mul(x, inverseRms), weight)
  })
}

const runRmsNorm = defineNativeOp<{ eps: number }>({
  name: 'RmsNorm',
  makesAgain: true,
  forward(backend, [x, weight], { eps }) {
    const [rows, width] = x.shape
    const y = backend.allocate(rows * width)
    backend.addon.rmsNorm(backend.floats(x), backend.floats(weight), eps, rows, width, y)
    return [backend.info(y, x.shape)]
  },
  gradients({ backend, dy, inputs: [x, weight], attributes: { eps } }) {
    return () => {
      const [rows, width] = x.shape
      const [dx, dWeight] = [backend.allocate(x.size), backend.allocate(width)]
      backend.addon.rmsNormGradient(backend.floats(x), backend.floats(weight), dy, eps, rows, width, dx, dWeight)
      return [dx, dWeight]
    }
  },
})
