import * as tf from '@tensorflow/tfjs-core'
import { attention } from '../ops/attention.js'
import { embedding } from '../ops/embedding.js'
import type { SequenceLayout } from '../ops/SequenceLayout.js'
import type { Adapter } from './adapter/Adapter.js'
import { decoderLayer } from './decoderLayer.js'
import { embeddingTable } from './embeddingTable.js'
import { finalNorm } from './finalNorm.js'
import type { Model } from './Model.js'

/**
 * Runs sequences through the decoder, up to and with the final norm; differentiable (on tf's tape).
 *
 * @param tokens [layout.tokens] ids
 * @param adapter null: the base weights alone
 * @param rows   the rows whose hidden state is wanted (where there is a label); the last layer works on them alone.
 *               All where absent
 * @returns hidden states [rows or tokens, hidden]; the caller disposes it (or runs in a tidy)
 */
export function decoderForward(
  model: Model,
  input: { tokens: Int32Array; layout: SequenceLayout; adapter?: Adapter | null; rows?: Int32Array },
): tf.Tensor2D {
  const { tokens, layout, adapter = null, rows } = input
  const { layers, heads, kvHeads, headDim } = model.config
  return tf.tidy(() => {
    let x = embedding(tokens, embeddingTable(model))
    for (let layer = 0; layer < layers; layer++) {
      const before = x
      const keepRows = layer === layers - 1 ? rows : undefined
      x = tf.tidy(() =>
        decoderLayer(before, {
          model,
          adapter,
          layer,
          positions: layout.positions,
          attend: (q, k, v) => attention(q, k, v, layout, { heads, kvHeads, headDim }),
          keepRows,
        }),
      )
      before.dispose()
    }
    return finalNorm(model, x)
  })
}
