import * as tf from '@tensorflow/tfjs-core'
import { activeNative } from './backends/activeNative.js'
import { defineNativeOp } from './backends/defineNativeOp.js'
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
  return activeNative() ? (runSelectRows([x], { rows })[0] as tf.Tensor2D) : selectRowsReference(x, rows)
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

const runSelectRows = defineNativeOp<{ rows: Int32Array }>({
  name: 'SelectRows',
  forward(backend, [x], { rows }) {
    const [xRows, width] = x.shape
    const y = backend.allocate(rows.length * width)
    backend.addon.gatherRows(backend.floats(x), xRows, rows, width, y)
    return [backend.info(y, [rows.length, width])]
  },
  gradients({ backend, dy, inputs: [x], attributes: { rows } }) {
    const scatter = (dx: Float32Array, accumulate: boolean) => {
      if (!accumulate) dx.fill(0)
      backend.addon.scatterRows(dy, rows, x.shape[1]!, dx, x.shape[0])
    }
    return () => [backend.gradientOf(x, scatter)]
  },
})
