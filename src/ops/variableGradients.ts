import * as tf from '@tensorflow/tfjs-core'
import { freeTape } from './backends/freeTape.js'

/** tf.variableGrads; but where the pass fails, nothing of it stays in memory. */
export function variableGradients(
  loss: () => tf.Scalar,
  variables: readonly tf.Variable[],
): { value: tf.Scalar; grads: tf.NamedTensorMap } {
  try {
    return tf.tidy(() => tf.variableGrads(loss, [...variables]))
  } catch (error) {
    freeTape()
    throw error
  }
}
