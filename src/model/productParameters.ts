import { countParameters } from './countParameters.js'
import type { ModelConfig } from './ModelConfig.js'
import { modelTensors } from './modelTensors.js'

/**
 * The weights that a forward pass multiplies by: those of the layers for every token, those of the output head where logits
 * are asked for. An embedding that is only looked up costs nothing.
 */
export function productParameters(config: ModelConfig): { body: number; head: number } {
  const body = countParameters(modelTensors(config).filter(({ kind }) => kind !== 'embedding'))
  return { body, head: config.vocabSize * config.hiddenSize }
}
