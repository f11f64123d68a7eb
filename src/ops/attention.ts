import * as tf from '@tensorflow/tfjs-core'
import type { AttentionShape } from './AttentionShape.js'
import { activeNative } from './backends/activeNative.js'
import { defineNativeOp } from './backends/defineNativeOp.js'
import { requireShape } from './requireShape.js'
import type { SequenceLayout } from './SequenceLayout.js'

/**
 * Causal grouped-query attention over sequences laid one after the other: each token attends to its segment's
 * prefix and to its own segment up to itself; softmax(q·kᵀ / sqrt(headDim))·v.
 *
 * @param q [tokens, heads · headDim]
 * @param k [tokens, kvHeads · headDim]
 * @param v [tokens, kvHeads · headDim]
 * @returns [tokens, heads · headDim]
 * @throws FintuneError when shapes do not fit
 * @see Vaswani et al. 2017, eq. 1; Ainslie et al. 2023 (grouped queries)
 */
export function attention(
  q: tf.Tensor2D,
  k: tf.Tensor2D,
  v: tf.Tensor2D,
  layout: SequenceLayout,
  shape: AttentionShape,
): tf.Tensor2D {
  requireShape('attention q', q, [layout.tokens, shape.heads * shape.headDim])
  requireShape('attention k', k, [layout.tokens, shape.kvHeads * shape.headDim])
  requireShape('attention v', v, [layout.tokens, shape.kvHeads * shape.headDim])
  if (!activeNative()) return attentionReference(q, k, v, layout, shape)
  const [y, logSumExp] = runAttention([q, k, v], { layout, shape })
  logSumExp.dispose() // the tape, where there is one, has kept it
  return y as tf.Tensor2D
}

/** The definition, in plain tf ops, a segment at a time. */
export function attentionReference(
  q: tf.Tensor2D,
  k: tf.Tensor2D,
  v: tf.Tensor2D,
  layout: SequenceLayout,
  shape: AttentionShape,
): tf.Tensor2D {
  return tf.tidy(() => {
    const lengths = Array.from(layout.lengths)
    const filled = lengths.map((length, s) => (length > 0 ? s : -1)).filter((s) => s >= 0)
    const sizes = filled.map((s) => lengths[s])
    const part = (x: tf.Tensor2D) =>
      new Map((tf.split(x, sizes) as tf.Tensor2D[]).map((piece, i): [number, tf.Tensor2D] => [filled[i], piece]))
    const [qs, ks, vs] = [part(q), part(k), part(v)]
    const outputs = filled.map((s) => {
      const own = (pieces: Map<number, tf.Tensor2D>) => {
        const prefix = pieces.get(layout.prefixes[s])
        return prefix ? tf.concat2d([prefix, pieces.get(s)!], 0) : pieces.get(s)!
      }
      return segmentAttention(qs.get(s)!, own(ks), own(vs), shape)
    })
    return tf.concat2d(outputs, 0)
  })
}

/** Attention of the last rows of one sequence: q [length, …] against k, v [total, …] of which q's rows are the last. */
function segmentAttention(q: tf.Tensor2D, k: tf.Tensor2D, v: tf.Tensor2D, shape: AttentionShape): tf.Tensor2D {
  const { heads, kvHeads, headDim } = shape
  const group = heads / kvHeads
  const [length, total] = [q.shape[0], k.shape[0]]
  // Query heads of a group are rows of one matrix against their key head: no copies of k and v are made.
  const grouped = tf.reshape(tf.transpose(tf.reshape(q, [length, kvHeads, group, headDim]), [1, 2, 0, 3]), [
    kvHeads,
    group * length,
    headDim,
  ]) as tf.Tensor3D
  const perHead = (x: tf.Tensor2D) => tf.transpose(tf.reshape(x, [total, kvHeads, headDim]), [1, 0, 2]) as tf.Tensor3D
  const scores = tf.mul(tf.matMul(grouped, perHead(k), false, true), 1 / Math.sqrt(headDim))
  const masked = tf.add(tf.reshape(scores, [kvHeads, group, length, total]), causalMask(length, total))
  const weights = tf.reshape(tf.softmax(masked), [kvHeads, group * length, total]) as tf.Tensor3D
  const mixed = tf.reshape(tf.matMul(weights, perHead(v)), [kvHeads, group, length, headDim])
  return tf.reshape(tf.transpose(mixed, [2, 0, 1, 3]), [length, heads * headDim]) as tf.Tensor2D
}

/** [length, total]: 0 where row i of the last `length` tokens may look, −1e30 (its softmax is exactly 0) where not. */
function causalMask(length: number, total: number): tf.Tensor2D {
  const mask = new Float32Array(length * total)
  for (let i = 0; i < length; i++) mask.fill(-1e30, i * total + (total - length + i) + 1, (i + 1) * total)
  return tf.tensor2d(mask, [length, total])
}

interface AttentionAttributes {
  readonly layout: SequenceLayout
  readonly shape: AttentionShape
}

/** Outputs: y, and each row's log Σ exp(score) for the gradient, [tokens, heads]. */
const runAttention = defineNativeOp<AttentionAttributes>({
  name: 'Attention',
  savedOutputs: [true, true],
  forward(backend, [q, k, v], attributes) {
    const { tokens, heads } = { ...attributes.layout, ...attributes.shape }
    const [y, logSumExp] = [backend.allocate(q.shape[0] * q.shape[1]), backend.allocate(tokens * heads)]
    const [qs, ks, vs] = [q, k, v].map((x) => backend.floats(x))
    backend.addon.attention(...kernelArguments(attributes), qs, ks, vs, y, logSumExp)
    // Of no size for TensorFlow.js, which would make zeros for a gradient of each output.
    return [backend.info(y, q.shape), backend.info(logSumExp, [0])]
  },
  gradients({ backend, dy, inputs: [q, k, v], outputs: [y, logSumExp], attributes }) {
    return () => {
      const [dq, dk, dv] = [q, k, v].map((x) => backend.allocate(x.size))
      const [qs, ks, vs, ys, lse] = [q, k, v, y, logSumExp].map((x) => backend.floats(x))
      const { addon, half } = backend
      addon.attentionGradient(...kernelArguments(attributes), qs, ks, vs, ys, lse, dy, dq, dk, dv, half)
      return [dq, dk, dv]
    }
  },
})

function kernelArguments({ layout, shape }: AttentionAttributes) {
  const { starts, lengths, prefixes } = layout
  return [starts, lengths, prefixes, shape.heads, shape.kvHeads, shape.headDim] as const
}
