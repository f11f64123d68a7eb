import { sum } from '../lib/sum.js'
import type { ModelConfig } from './ModelConfig.js'
import { modelTensors } from './modelTensors.js'

/**
 * The weights that a forward pass multiplies by: those of the layers for every token, those of the output head where logits
 * are asked for. An embedding that is only looked up costs nothing.
 */
export function productParameters(config: ModelConfig): { body: number; head: number } {
  const layers = modelTensors(config).filter(({ kind }) => kind !== 'embedding')
  const body = sum(layers.map(({ shape }) => shape.reduce((size, n) => size * n, 1)))
  return { body, head: config.vocabSize * config.hiddenSize }
}
