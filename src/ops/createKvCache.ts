import { createKvCacheReference } from './createKvCacheReference.js'
import type { KvCache, KvCacheOptions } from './KvCache.js'

/** A key-value cache for sampling on the active backend. */
export function createKvCache(options: KvCacheOptions): KvCache {
  return createKvCacheReference(options)
}
