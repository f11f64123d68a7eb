import * as tf from '@tensorflow/tfjs-core'
import { attention } from '../ops/attention.js'
import { embedding } from '../ops/embedding.js'
import type { KvCache } from '../ops/KvCache.js'
import type { SequenceLayout } from '../ops/SequenceLayout.js'
import type { Adapter } from './adapter/Adapter.js'
import { decoderLayer } from './decoderLayer.js'
import { embeddingTable } from './embeddingTable.js'
import { finalNorm } from './finalNorm.js'
import type { Model } from './Model.js'

/**
 * Runs prompts through the decoder once, leaves their keys and values in the cache, and gives what the first new token
 * of each is sampled from. The same ops in the same order as decoderForward, so the same bits.
 *
 * @param layout one segment a prompt, without prefixes, in the cache's order
 * @returns hidden states of each prompt's last token, final norm applied, [prompts, hidden]
 */
export function decoderPrefill(
  model: Model,
  input: { tokens: Int32Array; layout: SequenceLayout; cache: KvCache; adapter?: Adapter | null },
): tf.Tensor2D {
  const { tokens, layout, cache, adapter = null } = input
  const { layers, heads, kvHeads, headDim } = model.config
  const lastRows = layout.starts.map((start, s) => start + layout.lengths[s] - 1)
  return tf.tidy(() => {
    let x = embedding(tokens, embeddingTable(model))
    for (let layer = 0; layer < layers; layer++) {
      const before = x
      const attend = (q: tf.Tensor2D, k: tf.Tensor2D, v: tf.Tensor2D) => {
        cache.storePrompt(layer, k, v)
        return attention(q, k, v, layout, { heads, kvHeads, headDim })
      }
      const keepRows = layer === layers - 1 ? lastRows : undefined
      x = tf.tidy(() => decoderLayer(before, { model, adapter, layer, positions: layout.positions, attend, keepRows }))
      before.dispose()
    }
    return finalNorm(model, x)
  })
}
