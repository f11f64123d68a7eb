import type { ModelConfig } from './ModelConfig.js'

/** What one layer's activations take for a token, in bytes of float32: see activationBytesPerToken. */
export function layerBytesPerToken({
  hiddenSize,
  intermediateSize,
  heads,
  kvHeads,
  headDim,
  qkNorm,
}: ModelConfig): number {
  const queries = heads * headDim
  const keys = kvHeads * headDim
  const normed = qkNorm ? queries + keys : 0
  return 4 * (4 * hiddenSize + 2 * queries + 2 * keys + normed + 3 * intermediateSize + heads)
}
