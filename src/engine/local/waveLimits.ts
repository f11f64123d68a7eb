import type { ModelConfig } from '../../model/ModelConfig.js'
import type { WaveLimits } from './planWaves.js'

/** MiB that keys and values may take where nobody says otherwise; bytes of the activations of one prefill. */
const CACHE_MIB = 256
const PREFILL_BYTES = 2 ** 28

/** What may be in memory at once while a model samples. */
export function waveLimits(
  { layers, kvHeads, headDim, hiddenSize, intermediateSize }: ModelConfig,
  kvCacheMiB = CACHE_MIB,
): WaveLimits {
  return {
    cacheTokens: Math.floor((kvCacheMiB * 2 ** 20) / (layers * 2 * kvHeads * headDim * 4)),
    prefillTokens: Math.floor(PREFILL_BYTES / ((6 * hiddenSize + 3 * intermediateSize) * 4)),
  }
}
