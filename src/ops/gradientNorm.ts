import type * as tf from '@tensorflow/tfjs-core'
import { activeNative } from './backends/activeNative.js'

/** L2 norm over all elements of all gradients, accumulated in float64. */
export function gradientNorm(gradients: readonly tf.Tensor[]): number {
  const backend = activeNative()
  if (!backend) return gradientNormReference(gradients)
  const squares = gradients.map((gradient) => backend.addon.sumOfSquares(backend.floats(gradient)))
  return Math.sqrt(squares.reduce((sum, square) => sum + square, 0))
}

/** The definition: plain loops in float64. */
export function gradientNormReference(gradients: readonly tf.Tensor[]): number {
  let sum = 0
  for (const gradient of gradients) {
    for (const g of gradient.dataSync()) sum += g * g
  }
  return Math.sqrt(sum)
}
