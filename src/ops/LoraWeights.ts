import type * as tf from '@tensorflow/tfjs-core'

/** A low-rank update of a weight matrix: scale · b·a is added to it (Hu et al. 2021). scale is alpha / rank. */
export interface LoraWeights {
  /** [rank, in] */
  readonly a: tf.Tensor2D
  /** [out, rank] */
  readonly b: tf.Tensor2D
  readonly scale: number
}
