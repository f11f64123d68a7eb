import * as tf from '@tensorflow/tfjs-core'
import { activeNative } from './backends/activeNative.js'

/** A float32 tensor that takes an array over: nobody else may read or write it from now on. */
export function ownedTensor<R extends tf.Rank>(values: Float32Array, shape: readonly number[]): tf.Tensor<R> {
  const backend = activeNative()
  return backend ? backend.adopt(values, [...shape]) : tf.tensor<R>(values, [...shape] as tf.ShapeMap[R], 'float32')
}
