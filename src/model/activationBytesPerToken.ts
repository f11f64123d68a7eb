import { layerBytesPerToken } from './layerBytesPerToken.js'
import type { ModelConfig } from './ModelConfig.js'

/**
 * What one token keeps in memory between its forward and its backward pass, in bytes of float32: per layer the residual
 * stream before and after attention, q, k and v, the attention's output and log-sum-exp, gate and up; the final hidden
 * state and its norm once. Recomputed layers keep their input alone. The layer whose backward pass runs is whole.
 */
export function activationBytesPerToken(config: ModelConfig, recompute = false): number {
  const layer = layerBytesPerToken(config)
  const input = 4 * config.hiddenSize
  const kept = recompute ? input : layerBytesPerToken(config, true)
  const madeAgain = recompute ? layer : layer - kept
  return config.layers * kept + madeAgain + 2 * input
}
