import { layerBytesPerToken } from './layerBytesPerToken.js'
import type { ModelConfig } from './ModelConfig.js'

/**
 * What one token keeps in memory between its forward and its backward pass, in bytes of float32: per layer the residual
 * stream before and after attention, q, k and v, the attention's output and log-sum-exp, gate and up; the final hidden
 * state and its norm once. Recomputed layers keep their input alone. The layer whose backward pass runs is whole.
 *
 * @param halfMlp gate and up are kept as halves of floats (keepsHalfMlp)
 */
export function activationBytesPerToken(
  config: ModelConfig,
  { recompute = false, halfMlp = false }: { readonly recompute?: boolean; readonly halfMlp?: boolean } = {},
): number {
  const layer = layerBytesPerToken(config)
  const input = 4 * config.hiddenSize
  const kept = recompute ? input : keptByLayer(config, halfMlp)
  const madeAgain = recompute ? layer : layer - kept
  return config.layers * kept + madeAgain + 2 * input
}

function keptByLayer(config: ModelConfig, halfMlp: boolean): number {
  const saved = halfMlp ? 2 * 2 * config.intermediateSize : 0
  return layerBytesPerToken(config, true) - saved
}
