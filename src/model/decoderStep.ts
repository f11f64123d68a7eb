import * as tf from '@tensorflow/tfjs-core'
import { embedding } from '../ops/embedding.js'
import type { KvCache } from '../ops/KvCache.js'
import type { Adapter } from './adapter/Adapter.js'
import { decoderLayer } from './decoderLayer.js'
import { embeddingTable } from './embeddingTable.js'
import { finalNorm } from './finalNorm.js'
import type { Model } from './Model.js'

/**
 * Runs one new token of each active sequence through the decoder, adds its keys and values to the cache and advances it.
 *
 * @param tokens    [n] the newest token of each active sequence
 * @param positions [n] their positions, prompt counted
 * @param active    [n] the sequences' indices in the cache
 * @returns hidden states, final norm applied, [n, hidden]
 */
export function decoderStep(
  model: Model,
  input: {
    tokens: Int32Array
    positions: Int32Array
    active: Int32Array
    cache: Pick<KvCache, 'attend' | 'advance'>
    adapter?: Adapter | null
  },
): tf.Tensor2D {
  const { tokens, positions, active, cache, adapter = null } = input
  return tf.tidy(() => {
    let x = embedding(tokens, embeddingTable(model))
    for (let layer = 0; layer < model.config.layers; layer++) {
      const before = x
      const attend = (q: tf.Tensor2D, k: tf.Tensor2D, v: tf.Tensor2D) => cache.attend(layer, q, k, v, active)
      x = tf.tidy(() => decoderLayer(before, { model, adapter, layer, positions, attend }))
      before.dispose()
    }
    cache.advance(active)
    return finalNorm(model, x)
  })
}
