import * as tf from '@tensorflow/tfjs-core'
import { ownedTensor } from '../ops/ownedTensor.js'

/** A float32 variable that takes over `values` (no copy on backends over typed arrays). */
export function makeVariable(values: Float32Array, shape: readonly number[]): tf.Variable {
  const tensor = ownedTensor(values, shape)
  const variable = tf.variable(tensor)
  tensor.dispose()
  return variable
}
