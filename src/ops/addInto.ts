import * as tf from '@tensorflow/tfjs-core'
import { activeNative } from './backends/activeNative.js'

/** sum + term in sum's memory where that can be; frees what is no longer needed. Both are the caller's no more. */
export function addInto(sum: tf.Tensor, term: tf.Tensor): tf.Tensor {
  const backend = activeNative()
  const own = backend?.ownFloats(sum)
  if (backend && own) {
    backend.addon.add(own, backend.floats(term), own)
    term.dispose()
    return sum
  }
  const total = tf.add(sum, term)
  tf.dispose([sum, term])
  return total
}
