import type { ModelConfig } from './ModelConfig.js'

/**
 * What one token keeps in memory between its forward and its backward pass, in bytes of float32: per layer the residual
 * stream before and after attention, both normalised inputs, q, k and v, the attention's output and log-sum-exp, gate, up
 * and their product; the final hidden state and its norm once. Recomputed layers keep their input alone.
 */
export function activationBytesPerToken(config: ModelConfig, recompute = false): number {
  const { hiddenSize, intermediateSize, layers, heads, kvHeads, headDim, qkNorm } = config
  const queries = heads * headDim
  const keys = kvHeads * headDim
  const normed = qkNorm ? queries + keys : 0
  const whole = 4 * hiddenSize + 2 * queries + 2 * keys + normed + 3 * intermediateSize + heads
  const kept = recompute ? layers * hiddenSize + whole : layers * whole
  return 4 * (kept + 2 * hiddenSize)
}
