import type { ModelConfig } from './ModelConfig.js'
import { rotaryFrequencies } from './rotaryFrequencies.js'

/**
 * Fresh biases of the first layer's q_proj or k_proj that let head h look h mod 4 tokens back, whatever stands there.
 *
 * With k = s·(1, 0) in every rotary pair and q = s·(cos hf, −sin hf), their rotated product is s²·Σ cos((Δ − h)·f): largest
 * where the distance Δ is h. Looking one token back is half of an induction head (Olsson et al. 2022, arXiv 2209.11895);
 * where a small model has to find it by itself, copying forms late or never.
 *
 * @param projection what the biases are of, [heads · headDim] (q) or [kvHeads · headDim] (k)
 * @param strength   s
 */
export function positionalBias(projection: 'q' | 'k', config: ModelConfig, strength: number): Float32Array {
  const { frequencies } = rotaryFrequencies(config)
  const half = config.headDim / 2
  const heads = projection === 'q' ? config.heads : config.kvHeads
  return Float32Array.from({ length: heads * config.headDim }, (_, index) => {
    const [head, dimension] = [Math.floor(index / config.headDim), index % config.headDim]
    const angle = projection === 'q' ? (head % 4) * frequencies[dimension % half] : 0
    return strength * (dimension < half ? Math.cos(angle) : -Math.sin(angle))
  })
}
