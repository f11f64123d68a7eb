import type * as tf from '@tensorflow/tfjs-core'
import type { AttentionShape } from './AttentionShape.js'

/** What a cache is made for: prompts, each kept once, and the sequences that continue them. */
export interface KvCacheOptions extends AttentionShape {
  readonly layers: number
  readonly prompts: readonly { readonly length: number }[]
  /** Each continues one prompt by at most maxNew tokens. */
  readonly sequences: readonly { readonly prompt: number; readonly maxNew: number }[]
}

/** Keys and values of prompts and of the tokens sampled after them, for attention one new token at a time. */
export interface KvCache {
  /** Stores a layer's keys and values of all prompts, one after the other: k, v [prompt tokens, kvHeads · headDim]. */
  storePrompt(layer: number, k: tf.Tensor2D, v: tf.Tensor2D): void
  /**
   * Attention of one new token of each active sequence: appends its key and value (at the sequence's present length),
   * then attends to the prompt and the sequence's own tokens, in the order and with the bits of `attention`.
   *
   * @param q      [n, heads · headDim]
   * @param k      [n, kvHeads · headDim]
   * @param v      [n, kvHeads · headDim]
   * @param active [n], sequence of each row
   * @returns      [n, heads · headDim]
   */
  attend(layer: number, q: tf.Tensor2D, k: tf.Tensor2D, v: tf.Tensor2D, active: Int32Array): tf.Tensor2D
  /** Ends a token: the active sequences are one longer, in all layers. */
  advance(active: Int32Array): void
  dispose(): void
}
