import type * as tf from '@tensorflow/tfjs-core'
import type { Model } from './Model.js'

/** The token embeddings, [vocab, hidden]. */
export function embeddingTable(model: Model): tf.Variable<tf.Rank.R2> {
  return model.parameters.get('model.embed_tokens.weight') as tf.Variable<tf.Rank.R2>
}
