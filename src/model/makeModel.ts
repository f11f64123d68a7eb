import type * as tf from '@tensorflow/tfjs-core'
import type { Model } from './Model.js'
import type { ModelConfig } from './ModelConfig.js'
import { rotaryFrequencies } from './rotaryFrequencies.js'

/** Puts a config and its parameters together; the model owns the variables from then on. */
export function makeModel(
  config: ModelConfig,
  parameters: ReadonlyMap<string, tf.Variable>,
  directory: string | null,
): Model {
  return {
    config,
    parameters,
    rotary: rotaryFrequencies(config),
    directory,
    dispose: () => {
      for (const parameter of parameters.values()) parameter.dispose()
    },
  }
}
