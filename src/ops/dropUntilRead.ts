import type * as tf from '@tensorflow/tfjs-core'
import { activeNative } from './backends/activeNative.js'

/**
 * Gives a tensor's memory back until somebody reads it, where its op is cheap to run again (rmsNorm, swiGlu) and the
 * backend is native; else nothing happens. For what a forward pass is done with and only the backward pass reads: it gets
 * the same bits, from inputs that the tape keeps anyway.
 */
export function dropUntilRead(tensor: tf.Tensor): void {
  activeNative()?.drop(tensor)
}
