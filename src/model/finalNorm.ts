import type * as tf from '@tensorflow/tfjs-core'
import { rmsNorm } from '../ops/rmsNorm.js'
import type { Model } from './Model.js'

/** The norm before the output head, [rows, hidden] → [rows, hidden]. */
export function finalNorm(model: Model, x: tf.Tensor2D): tf.Tensor2D {
  return rmsNorm(x, model.parameters.get('model.norm.weight') as tf.Variable<tf.Rank.R1>, model.config.rmsNormEps)
}
