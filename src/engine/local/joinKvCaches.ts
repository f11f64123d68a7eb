import * as tf from '@tensorflow/tfjs-core'
import type { KvCache } from '../../ops/KvCache.js'

/** A cache and those of its sequences that get a token now. */
export interface CachePart {
  readonly cache: KvCache
  readonly active: Int32Array
}

/**
 * Several caches as one, for one token of all their active sequences: rows go to the cache they belong to, part by part
 * in order. `active` of the calls is not read, since the parts say it.
 */
export function joinKvCaches(parts: readonly CachePart[]): Pick<KvCache, 'attend' | 'advance'> {
  const starts = parts.map((_, p) => parts.slice(0, p).reduce((sum, { active }) => sum + active.length, 0))
  return {
    attend(layer, q, k, v) {
      if (parts.length === 1) return parts[0].cache.attend(layer, q, k, v, parts[0].active)
      return tf.tidy(() =>
        tf.concat2d(
          parts.map(({ cache, active }, p) => {
            const own = (rows: tf.Tensor2D) => tf.slice2d(rows, [starts[p], 0], [active.length, rows.shape[1]])
            return cache.attend(layer, own(q), own(k), own(v), active)
          }),
          0,
        ),
      )
    },
    advance() {
      for (const { cache, active } of parts) cache.advance(active)
    },
  }
}
