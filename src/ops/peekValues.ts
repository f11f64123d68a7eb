import type * as tf from '@tensorflow/tfjs-core'
import { activeNative } from './backends/activeNative.js'

/**
 * A float32 tensor's values, to be read at once: the array may change with the tensor. Unlike dataSync it leaves the
 * tensor's memory its own, so that an optimizer step can go on changing a weight in place.
 */
export function peekValues(tensor: tf.Tensor): Float32Array {
  return activeNative()?.floats(tensor) ?? (tensor.dataSync() as Float32Array)
}
