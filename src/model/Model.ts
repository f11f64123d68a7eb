import type * as tf from '@tensorflow/tfjs-core'
import type { ModelConfig } from './ModelConfig.js'
import type { RotaryFrequencies } from './rotaryFrequencies.js'

/** A decoder in memory. */
export interface Model {
  readonly config: ModelConfig
  /** Float32 variables by Hugging Face name, as modelTensors lists them. */
  readonly parameters: ReadonlyMap<string, tf.Variable>
  readonly rotary: RotaryFrequencies
  /** Where it was read; null for fresh weights. saveModel copies tokenizer files from there. */
  readonly directory: string | null
  /** Frees every parameter. */
  dispose(): void
}
