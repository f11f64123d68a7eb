import type * as tf from '@tensorflow/tfjs-core'
import { embeddingTable } from './embeddingTable.js'
import type { Model } from './Model.js'

/** What turns hidden states into logits, [vocab, hidden]: lm_head.weight, or the embedding table where they are tied. */
export function outputHead(model: Model): tf.Variable<tf.Rank.R2> {
  if (model.config.tiedEmbeddings) return embeddingTable(model)
  return model.parameters.get('lm_head.weight') as tf.Variable<tf.Rank.R2>
}
