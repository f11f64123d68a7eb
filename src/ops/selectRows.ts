import * as tf from '@tensorflow/tfjs-core'
import { requireIndices } from './requireIndices.js'

/**
 * Rows of a matrix, in the order asked for, repeats allowed; the gradient adds each row's share back.
 *
 * @param x    [rows, width]
 * @param rows [n], indices into x
 * @returns    [n, width]
 * @throws FintuneError when an index is out of range
 */
export function selectRows(x: tf.Tensor2D, rows: Int32Array): tf.Tensor2D {
  requireIndices('selectRows rows', rows, x.shape[0])
  return selectRowsReference(x, rows)
}

/**
 * The definition, in plain tf ops. The gradient is spelled out with scatterND, since tf's own for gather needs a
 * kernel (UnsortedSegmentSum) that the wasm backend lacks.
 */
export function selectRowsReference(x: tf.Tensor2D, rows: Int32Array): tf.Tensor2D {
  const shape = x.shape
  return tf.customGrad((input) => ({
    value: tf.gather(input as tf.Tensor2D, tf.tensor1d(rows, 'int32')),
    gradFunc: (dy: tf.Tensor) => tf.scatterND(tf.tensor2d(rows, [rows.length, 1], 'int32'), dy, shape),
  }))(x) as tf.Tensor2D
}
