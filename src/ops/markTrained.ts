import type * as tf from '@tensorflow/tfjs-core'
import { activeNative } from './backends/activeNative.js'

/** Says that a weight will change at every step, so that nothing derived from it is worth keeping beyond one. */
export function markTrained(weight: tf.Variable): void {
  activeNative()?.markChanging(weight)
}
