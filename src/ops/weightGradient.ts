import type * as tf from '@tensorflow/tfjs-core'
import type { NativeBackend } from './backends/NativeBackend.js'

/**
 * dyᵀ·x over all rows: the gradient of a matrix whose product with x is y, or its part of that gradient's sum (see
 * NativeBackend.gradientOf).
 *
 * @param dy     [rows, out]
 * @param x      [rows, in]
 * @param matrix [out, in]
 */
export function weightGradient(
  backend: NativeBackend,
  dy: Float32Array,
  x: Float32Array,
  rows: number,
  matrix: tf.TensorInfo,
): Float32Array {
  const [M, N] = matrix.shape
  return backend.gradientOf(matrix, (out, accumulate) =>
    backend.addon.gemm(M, N, rows, dy, 1, M, x, false, N, out, N, accumulate, 1, null, backend.half),
  )
}
