import type * as tf from '@tensorflow/tfjs-core'
import { requireIndices } from './requireIndices.js'
import { selectRows, selectRowsReference } from './selectRows.js'

/**
 * The embedding of each token: rows of the table.
 *
 * @param tokens [tokens], ids
 * @param table  [vocab, width]
 * @returns      [tokens, width]
 * @throws FintuneError when an id is not in the table
 */
export function embedding(tokens: Int32Array, table: tf.Tensor2D): tf.Tensor2D {
  requireIndices('embedding tokens', tokens, table.shape[0])
  return selectRows(table, tokens)
}

/** The definition, in plain tf ops. */
export function embeddingReference(tokens: Int32Array, table: tf.Tensor2D): tf.Tensor2D {
  return selectRowsReference(table, tokens)
}
