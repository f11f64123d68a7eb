import { layerBytesPerToken } from './layerBytesPerToken.js'
import type { ModelConfig } from './ModelConfig.js'

/**
 * What one token keeps in memory between its forward and its backward pass, in bytes of float32: per layer the residual
 * stream before and after attention, both normalised inputs, q, k and v, the attention's output and log-sum-exp, gate, up
 * and their product; the final hidden state and its norm once. Recomputed layers keep their input alone, and one is whole.
 */
export function activationBytesPerToken(config: ModelConfig, recompute = false): number {
  const layer = layerBytesPerToken(config)
  const input = 4 * config.hiddenSize
  return (recompute ? config.layers * input + layer : config.layers * layer) + 2 * input
}
