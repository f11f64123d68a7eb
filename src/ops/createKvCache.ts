import { activeNative } from './backends/activeNative.js'
import { createKvCacheNative } from './createKvCacheNative.js'
import { createKvCacheReference } from './createKvCacheReference.js'
import type { KvCache, KvCacheOptions } from './KvCache.js'

/** A key-value cache for sampling on the active backend. */
export function createKvCache(options: KvCacheOptions): KvCache {
  const backend = activeNative()
  return backend ? createKvCacheNative(backend, options) : createKvCacheReference(options)
}
