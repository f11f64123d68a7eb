import { layerBytesPerToken } from './layerBytesPerToken.js'
import type { ModelConfig } from './ModelConfig.js'

/**
 * What the backward pass of one layer takes for a token beside what the forward pass kept, in bytes.
 *
 * @param plain without adapter: both halves of the layer run in kernels of their own (projectHeads, mlpBlock)
 * @param half  of bfloat16 products
 */
export function backwardBytesPerToken(
  config: ModelConfig,
  { plain, half }: { readonly plain: boolean; readonly half: boolean },
): number {
  if (!plain || config.qkNorm) return layerBytesPerToken(config)
  const { hiddenSize, intermediateSize } = config
  const heads = (config.heads + 2 * config.kvHeads) * config.headDim
  const operand = half ? 2 : 4 // bytes of what the weights' gradients are products of
  const projections = 4 * (hiddenSize + heads) + operand * (hiddenSize + heads)
  const mlp = 4 * hiddenSize + operand * (hiddenSize + (half ? 3 : 1) * intermediateSize)
  return Math.max(projections, mlp)
}
