import * as tf from '@tensorflow/tfjs-core'
import type { NativeBackend } from './NativeBackend.js'

/** Our backend where it is the active one, else null: an op then runs its reference. */
export function activeNative(): NativeBackend | null {
  return tf.getBackend() === 'native' ? (tf.backend() as unknown as NativeBackend) : null
}
