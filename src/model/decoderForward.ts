import * as tf from '@tensorflow/tfjs-core'
import { attention } from '../ops/attention.js'
import { embedding } from '../ops/embedding.js'
import type { SequenceLayout } from '../ops/SequenceLayout.js'
import type { Adapter } from './adapter/Adapter.js'
import { decoderLayer } from './decoderLayer.js'
import { embeddingTable } from './embeddingTable.js'
import { finalNorm } from './finalNorm.js'
import { layerVariables } from './layerVariables.js'
import type { Model } from './Model.js'
import { recomputed } from './recomputed.js'

/**
 * Runs sequences through the decoder, up to and with the final norm; differentiable (on tf's tape).
 *
 * @param tokens [layout.tokens] ids
 * @param adapter null: the base weights alone
 * @param rows   the rows whose hidden state is wanted (where there is a label); the last layer works on them alone.
 *               All where absent
 * @param recompute keep each layer's input alone for the backward pass and run the layer again there: less memory, about a
 *               third more work, the same bits
 * @returns hidden states [rows or tokens, hidden]; the caller disposes it (or runs in a tidy)
 */
export function decoderForward(
  model: Model,
  input: {
    tokens: Int32Array
    layout: SequenceLayout
    adapter?: Adapter | null
    rows?: Int32Array
    recompute?: boolean
  },
): tf.Tensor2D {
  const { tokens, layout, adapter = null, rows, recompute = false } = input
  const { layers, heads, kvHeads, headDim } = model.config
  const keptLast = rows && !isAll(rows, layout.tokens) ? rows : undefined
  return tf.tidy(() => {
    let x = embedding(tokens, embeddingTable(model))
    for (let layer = 0; layer < layers; layer++) {
      const before = x
      const keepRows = layer === layers - 1 ? keptLast : undefined
      const run = (h: tf.Tensor2D) =>
        decoderLayer(h, {
          model,
          adapter,
          layer,
          positions: layout.positions,
          attend: (q, k, v) => attention(q, k, v, layout, { heads, kvHeads, headDim }),
          keepRows,
        })
      x = tf.tidy(() => (recompute ? recomputed(run, before, layerVariables(model, adapter, layer)) : run(before)))
      before.dispose()
    }
    return finalNorm(model, x)
  })
}

/** Whether rows are all there are, in their order. */
function isAll(rows: Int32Array, count: number): boolean {
  return rows.length === count && rows.every((row, i) => row === i)
}
