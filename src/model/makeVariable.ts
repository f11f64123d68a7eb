import * as tf from '@tensorflow/tfjs-core'

/** A float32 variable that takes over `values` (no copy on backends over typed arrays). */
export function makeVariable(values: Float32Array, shape: readonly number[]): tf.Variable {
  const tensor = tf.tensor(values, [...shape], 'float32')
  const variable = tf.variable(tensor)
  tensor.dispose()
  return variable
}
