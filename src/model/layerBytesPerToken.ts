import type { ModelConfig } from './ModelConfig.js'

/**
 * What one layer's activations take for a token, in bytes of float32.
 *
 * @param kept only what stays from its forward to its backward pass: not the normalised inputs nor SwiGLU's product,
 *             which are dropped and made again
 */
export function layerBytesPerToken(
  { hiddenSize, intermediateSize, heads, kvHeads, headDim, qkNorm }: ModelConfig,
  kept = false,
): number {
  const queries = heads * headDim
  const keys = kvHeads * headDim
  const normed = qkNorm ? queries + keys : 0
  const dropped = kept ? 2 * hiddenSize + intermediateSize : 0
  return 4 * (4 * hiddenSize + 2 * queries + 2 * keys + normed + 3 * intermediateSize + heads - dropped)
}
