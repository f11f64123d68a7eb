import type * as tf from '@tensorflow/tfjs-core'
import type { NativeBackend } from './backends/NativeBackend.js'

/**
 * dyᵀ·x over all rows: the gradient of a matrix whose product with x is y, or its part of that gradient's sum (see
 * NativeBackend.gradientOf).
 *
 * @param dy     [rows, out]
 * @param x      [rows, in]
 * @param matrix [out, in]
 * @param packed which of dy and x the addon has packed for this product, of bfloat16
 */
export function weightGradient(
  backend: NativeBackend,
  dy: Float32Array,
  x: Float32Array,
  rows: number,
  matrix: tf.TensorInfo,
  packed: { readonly dy?: boolean; readonly x?: boolean } = {},
): Float32Array {
  const [M, N] = matrix.shape
  const [dyRow, xPacked] = [packed.dy ? 0 : 1, packed.x ?? false]
  return backend.gradientOf(matrix, (out, accumulate) =>
    backend.addon.gemm(M, N, rows, dy, dyRow, M, x, xPacked, N, out, N, accumulate, 1, null, backend.half),
  )
}
