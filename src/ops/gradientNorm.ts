import type * as tf from '@tensorflow/tfjs-core'

/** L2 norm over all elements of all gradients, accumulated in float64. */
export function gradientNorm(gradients: readonly tf.Tensor[]): number {
  return gradientNormReference(gradients)
}

/** The definition: plain loops in float64. */
export function gradientNormReference(gradients: readonly tf.Tensor[]): number {
  let sum = 0
  for (const gradient of gradients) {
    for (const g of gradient.dataSync()) sum += g * g
  }
  return Math.sqrt(sum)
}
