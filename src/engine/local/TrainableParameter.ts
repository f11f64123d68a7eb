import type * as tf from '@tensorflow/tfjs-core'

/** A parameter that training changes. */
export interface TrainableParameter {
  /** Its Hugging Face name, or PEFT's for an adapter. */
  readonly name: string
  readonly value: tf.Variable
  /** A bias or a norm's weight: what decayExclude: biasAndNorm spares, by Transformers' rule on the name. */
  readonly isBiasOrNorm: boolean
}
