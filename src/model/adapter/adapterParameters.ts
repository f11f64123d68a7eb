import type * as tf from '@tensorflow/tfjs-core'
import type { Adapter } from './Adapter.js'

/** An adapter's trainable variables under PEFT's file names (base_model.model.<module>.lora_A.weight, …lora_B.weight). */
export function adapterParameters(adapter: Adapter): Map<string, tf.Variable> {
  const parameters = new Map<string, tf.Variable>()
  for (const [module, { a, b }] of adapter.weights) {
    parameters.set(`base_model.model.${module}.lora_A.weight`, a)
    parameters.set(`base_model.model.${module}.lora_B.weight`, b)
  }
  return parameters
}
