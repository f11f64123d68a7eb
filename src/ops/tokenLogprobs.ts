import * as tf from '@tensorflow/tfjs-core'
import { activeNative } from './backends/activeNative.js'
import { logitChunks } from './logitChunks.js'
import { requireIndices } from './requireIndices.js'
import { requireShape } from './requireShape.js'
import { tokenLogprobsFused } from './tokenLogprobsFused.js'
import { tokenLogprobsNative } from './tokenLogprobsNative.js'

export interface TokenLogprobs {
  /** log p of each label, differentiable, [n] */
  readonly logprobs: tf.Tensor1D
  /** Entropy of each row's distribution in nats (at the temperature), [n] */
  readonly entropy: Float32Array
  /** Most probable token of each row (the lowest id of equals), [n] */
  readonly argmax: Int32Array
}

export interface TokenLogprobsOptions {
  /** Whether nobody asks for the head's gradient: it is then not computed beside that of the hidden states. */
  readonly frozenHead?: boolean
  /**
   * The gradient that each log p will get, [n], where it is known before the pass (cross-entropy): the logits are then
   * computed once instead of twice. The backward pass must give just these numbers.
   */
  readonly knownGradient?: Float32Array
}

/**
 * log softmax(hidden·headᵀ / temperature) at each row's label: the head and the log-softmax in one, a chunk of rows
 * at a time forward and backward, so that a [n, vocab] array never exists.
 *
 * @param hidden      [n, width]
 * @param head        [vocab, width]
 * @param labels      [n], token ids
 * @param temperature above 0
 * @throws FintuneError when shapes do not fit or a label is not a token
 */
export function tokenLogprobs(
  hidden: tf.Tensor2D,
  head: tf.Tensor2D,
  labels: Int32Array,
  temperature: number,
  { frozenHead = false, knownGradient }: TokenLogprobsOptions = {},
): TokenLogprobs {
  requireShape('tokenLogprobs hidden', hidden, [labels.length, head.shape[1]])
  requireIndices('tokenLogprobs labels', labels, head.shape[0])
  if (!activeNative()) return tokenLogprobsReference(hidden, head, labels, temperature)
  const filled = { entropy: new Float32Array(labels.length), argmax: new Int32Array(labels.length) }
  const attributes = { labels, temperature, frozenHead, ...filled }
  const logprobs = knownGradient
    ? tokenLogprobsFused(hidden, head, { ...attributes, knownGradient })
    : tokenLogprobsNative(hidden, head, attributes)
  return { logprobs, ...filled }
}

/** The definition, in plain tf ops over chunks of rows. */
export function tokenLogprobsReference(
  hidden: tf.Tensor2D,
  head: tf.Tensor2D,
  labels: Int32Array,
  temperature: number,
): TokenLogprobs {
  const count = labels.length
  const entropy = new Float32Array(count)
  const argmax = new Int32Array(count)
  const logprobs = tf.customGrad((hiddenInput, headInput, save) => {
    const [h, w] = [hiddenInput as tf.Tensor2D, headInput as tf.Tensor2D]
    ;(save as unknown as tf.GradSaveFunc)([h, w])
    const value = tf.tidy(() => {
      const parts = logitChunks(count, w.shape[0]).map(([from, to]) => {
        const logp = chunkLogSoftmax(h, w, temperature, from, to)
        entropy.set(tf.neg(tf.sum(tf.mul(tf.exp(logp), logp), 1)).dataSync(), from)
        argmax.set(tf.argMax(logp, 1).dataSync(), from)
        return tf.sum(tf.mul(logp, oneHot(labels.subarray(from, to), w.shape[0])), 1) as tf.Tensor1D
      })
      return parts.length === 0 ? tf.tensor1d([], 'float32') : tf.concat1d(parts)
    })
    return {
      value,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) =>
        gradient(saved[0] as tf.Tensor2D, saved[1] as tf.Tensor2D, labels, temperature, dy as tf.Tensor1D),
    }
  })(hidden, head) as tf.Tensor1D
  return { logprobs, entropy, argmax }
}

/** d log p(label) / d logits = (onehot(label) − softmax) / temperature, recomputed chunk by chunk. */
function gradient(
  hidden: tf.Tensor2D,
  head: tf.Tensor2D,
  labels: Int32Array,
  temperature: number,
  dy: tf.Tensor1D,
): [tf.Tensor2D, tf.Tensor2D] {
  const dHidden: tf.Tensor2D[] = []
  let dHead: tf.Tensor2D = tf.zerosLike(head)
  for (const [from, to] of logitChunks(labels.length, head.shape[0])) {
    const [dh, dw] = tf.tidy(() => {
      const softmax = tf.exp(chunkLogSoftmax(hidden, head, temperature, from, to))
      const scale = tf.div(tf.reshape(tf.slice1d(dy, from, to - from), [to - from, 1]), temperature)
      const dLogits = tf.mul(tf.sub(oneHot(labels.subarray(from, to), head.shape[0]), softmax), scale) as tf.Tensor2D
      const rows = tf.slice2d(hidden, [from, 0], [to - from, head.shape[1]])
      return [tf.matMul(dLogits, head), tf.add(dHead, tf.matMul(dLogits, rows, true, false))] as tf.Tensor2D[]
    })
    dHead.dispose()
    dHead = dw
    dHidden.push(dh)
  }
  return [dHidden.length === 0 ? tf.zerosLike(hidden) : tf.concat2d(dHidden, 0), dHead]
}

function chunkLogSoftmax(hidden: tf.Tensor2D, head: tf.Tensor2D, temperature: number, from: number, to: number) {
  const rows = tf.slice2d(hidden, [from, 0], [to - from, head.shape[1]])
  return tf.logSoftmax(tf.div(tf.matMul(rows, head, false, true), temperature)) as tf.Tensor2D // [to − from, vocab]
}

function oneHot(labels: Int32Array, vocab: number): tf.Tensor2D {
  return tf.cast(tf.oneHot(tf.tensor1d(labels, 'int32'), vocab), 'float32') as tf.Tensor2D
}
