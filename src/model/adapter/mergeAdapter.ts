import * as tf from '@tensorflow/tfjs-core'
import type { Model } from '../Model.js'
import type { Adapter } from './Adapter.js'

/**
 * Adds an adapter into the base weights, in place: W ← W + scale · B·A. From then on the model is used without it.
 */
export function mergeAdapter(model: Model, adapter: Adapter): void {
  for (const [module, { a, b }] of adapter.weights) {
    const weight = model.parameters.get(`${module}.weight`) as tf.Variable<tf.Rank.R2>
    const merged = tf.tidy((): tf.Tensor2D => tf.add(weight, tf.mul(tf.matMul(b, a), adapter.scale)))
    weight.assign(merged)
    merged.dispose()
  }
}
