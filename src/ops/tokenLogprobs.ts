import * as tf from '@tensorflow/tfjs-core'
import { activeNative } from './backends/activeNative.js'
import { defineNativeOp } from './backends/defineNativeOp.js'
import type { NativeBackend } from './backends/NativeBackend.js'
import { requireIndices } from './requireIndices.js'
import { requireShape } from './requireShape.js'

export interface TokenLogprobs {
  /** log p of each label, differentiable, [n] */
  readonly logprobs: tf.Tensor1D
  /** Entropy of each row's distribution in nats (at the temperature), [n] */
  readonly entropy: Float32Array
  /** Most probable token of each row (the lowest id of equals), [n] */
  readonly argmax: Int32Array
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
): TokenLogprobs {
  requireShape('tokenLogprobs hidden', hidden, [labels.length, head.shape[1]])
  requireIndices('tokenLogprobs labels', labels, head.shape[0])
  if (!activeNative()) return tokenLogprobsReference(hidden, head, labels, temperature)
  const entropy = new Float32Array(labels.length)
  const argmax = new Int32Array(labels.length)
  const outputs = runTokenLogprobs([hidden, head], { labels, temperature, entropy, argmax })
  outputs[1].dispose() // log Σ exp: the tape, where there is one, has kept it
  return { logprobs: outputs[0] as tf.Tensor1D, entropy, argmax }
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
      const parts = chunksOf(count, w.shape[0]).map(([from, to]) => {
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
  for (const [from, to] of chunksOf(labels.length, head.shape[0])) {
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

/** Row ranges such that a chunk's logits take about 32 MB. */
function chunksOf(rows: number, vocab: number): [number, number][] {
  const size = Math.max(1, Math.floor(8_388_608 / vocab))
  const chunks: [number, number][] = []
  for (let from = 0; from < rows; from += size) chunks.push([from, Math.min(rows, from + size)])
  return chunks
}

interface TokenLogprobsAttributes {
  readonly labels: Int32Array
  readonly temperature: number
  /** Filled by the kernel. */
  readonly entropy: Float32Array
  readonly argmax: Int32Array
}

/** Outputs: logprobs, and each row's log Σ exp for the gradient. */
const runTokenLogprobs = defineNativeOp<TokenLogprobsAttributes>({
  name: 'TokenLogprobs',
  savedOutputs: [false, true],
  forward(backend, [hidden, head], { labels, temperature, entropy, argmax }) {
    const [rows, width] = hidden.shape
    const [logprobs, lse] = [backend.allocate(rows), backend.allocate(rows)]
    const [h, panels] = [backend.floats(hidden), backend.packed(head)]
    backend.addon.tokenLogprobs(
      h,
      panels,
      rows,
      width,
      head.shape[0],
      labels,
      temperature,
      logprobs,
      lse,
      entropy,
      argmax, // prettier-ignore
      backend.half,
    )
    return [backend.info(logprobs, [rows]), backend.info(lse, [rows])]
  },
  gradients({ backend, dy, inputs: [hidden, head], outputs: [lse], attributes, borrow }) {
    const forEachChunk = logitGradientChunks(backend, hidden, head, backend.floats(lse), dy, attributes, borrow)
    const [vocab, width] = head.shape as [number, number]
    const dHidden = () => {
      const out = backend.allocate(hidden.size)
      backend.withPacked(head, 'rows', (rows) =>
        forEachChunk((dLogits, stride, from, count) => {
          const part = out.subarray(from * width, (from + count) * width)
          const { addon, half } = backend
          addon.gemm(count, width, vocab, dLogits, stride, 1, rows, true, 0, part, width, false, 1, null, half)
        }),
      )
      return out
    }
    const dHead = () => {
      const out = backend.allocate(head.size)
      if (hidden.shape[0] === 0) out.fill(0)
      forEachChunk((dLogits, stride, from, count) => {
        const h = backend.floats(hidden).subarray(from * width, (from + count) * width)
        const { addon, half } = backend
        addon.gemm(vocab, width, count, dLogits, 1, stride, h, false, width, out, width, from > 0, 1, null, half)
      })
      return out
    }
    return [dHidden, dHead]
  },
})

/** Sees a chunk's gradient of the logits, [count, stride] of which vocab columns count, for the rows from `from` on. */
type SeeChunk = (dLogits: Float32Array, stride: number, from: number, count: number) => void

/** Computes the logits' gradient chunk by chunk; where one chunk is all, it is computed once for both gradients. */
function logitGradientChunks(
  backend: NativeBackend,
  hidden: tf.Tensor,
  head: tf.Tensor,
  logSumExp: Float32Array,
  dy: Float32Array,
  { labels, temperature }: TokenLogprobsAttributes,
  borrow: (length: number) => Float32Array,
): (see: SeeChunk) => void {
  const [vocab, width] = head.shape as [number, number]
  const panel = backend.addon.panelWidth()
  const stride = Math.ceil(vocab / panel) * panel
  const chunks = chunksOf(labels.length, vocab)
  let dLogits: Float32Array | undefined
  let ready = false
  return (see) => {
    for (const [from, to] of chunks) {
      dLogits ??= borrow((chunks[0][1] - chunks[0][0]) * stride)
      if (!ready) {
        const h = backend.floats(hidden).subarray(from * width, to * width)
        const [lse, share, own] = [logSumExp, dy, labels].map((x) => x.subarray(from, to))
        backend.addon.logitGradient(
          h,
          backend.packed(head),
          to - from,
          width,
          vocab, // prettier-ignore
          own as Int32Array,
          temperature,
          lse as Float32Array,
          share as Float32Array,
          dLogits, // prettier-ignore
          backend.half,
        )
      }
      ready = chunks.length === 1
      see(dLogits, stride, from, to - from)
    }
  }
}
