import type { ModelConfig } from './ModelConfig.js'

/**
 * About what one token keeps in memory between its forward and its backward pass, in bytes of float32: per layer the
 * residual stream before and after attention, both normalised inputs, q, k and v (before and after rotary), the
 * attention's output, gate, up and their product; the final hidden state and its norm once.
 */
export function activationBytesPerToken(config: ModelConfig): number {
  const { hiddenSize, intermediateSize, layers, heads, kvHeads, headDim } = config
  const queries = heads * headDim
  const keys = kvHeads * headDim
  const layer = 6 * hiddenSize + 3 * queries + 3 * keys + 3 * intermediateSize
  return 4 * (layers * layer + 2 * hiddenSize)
}
