import type { ModelConfig } from '../../model/ModelConfig.js'
import type { WaveLimits } from './planWaves.js'

/** Bytes that keys and values, and the activations of one prefill, may take. */
const CACHE_BYTES = 2 ** 28
const PREFILL_BYTES = 2 ** 28

/** What may be in memory at once while a model samples. */
export function waveLimits({ layers, kvHeads, headDim, hiddenSize, intermediateSize }: ModelConfig): WaveLimits {
  return {
    cacheTokens: Math.floor(CACHE_BYTES / (layers * 2 * kvHeads * headDim * 4)),
    prefillTokens: Math.floor(PREFILL_BYTES / ((6 * hiddenSize + 3 * intermediateSize) * 4)),
  }
}
