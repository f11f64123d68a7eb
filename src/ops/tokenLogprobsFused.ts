import type * as tf from '@tensorflow/tfjs-core'
import { FintuneError } from '../lib/FintuneError.js'
import { defineNativeOp } from './backends/defineNativeOp.js'
import { headGradient } from './headGradient.js'
import { logitChunks } from './logitChunks.js'
import type { TokenLogprobsAttributes } from './TokenLogprobsAttributes.js'

interface Attributes extends TokenLogprobsAttributes {
  readonly knownGradient: Float32Array
}

/** Outputs: logprobs, and the gradients of both inputs, computed from the same logits (the head's empty where frozen). */
const run = defineNativeOp<Attributes>({
  name: 'TokenLogprobsFused',
  savedOutputs: [false, true, true],
  forward(backend, inputs, { labels, temperature, frozenHead, knownGradient, entropy, argmax }) {
    const [hidden, head] = inputs
    const [[rows, width], vocab] = [hidden.shape, head.shape[0]]
    const [logprobs, lse] = [backend.allocate(rows), backend.allocate(rows)]
    const dHidden = backend.allocate(rows * width)
    const h = backend.floats(hidden)
    const fillWith = (panels: Float32Array) => (dLogits: Float32Array, from: number, to: number) => {
      const part = <T extends Float32Array | Int32Array>(array: T) => array.subarray(from, to) as T
      backend.addon.tokenLogprobsGradient(
        h.subarray(from * width, to * width),
        panels,
        to - from,
        width,
        vocab,
        part(labels),
        temperature,
        part(knownGradient),
        part(logprobs),
        part(lse),
        part(entropy),
        part(argmax),
        dLogits,
        backend.half,
      )
    }
    const fillAll = (dHead: Float32Array | null, accumulate = false) =>
      backend.withPacked(head, 'columns', (panels) =>
        headGradient(backend, inputs, logitChunks(rows, vocab), { dHidden, dHead, accumulate }, fillWith(panels)),
      )
    if (frozenHead) fillAll(null)
    const dHead = frozenHead ? null : backend.gradientOf(head, fillAll)
    backend.release(lse)
    const dHeadInfo = backend.info(dHead ?? backend.allocate(0), dHead ? [vocab, width] : [0])
    return [backend.info(logprobs, [rows]), backend.info(dHidden, [rows, width]), dHeadInfo]
  },
  gradients({ backend, dy, outputs: [dHidden, dHead], attributes: { knownGradient, frozenHead } }) {
    if (dy.some((value, i) => value !== knownGradient[i]))
      throw new FintuneError('tokenLogprobs: the gradient is not the one that was said to be known')
    return [
      () => backend.handOver(dHidden),
      () => {
        if (frozenHead) throw new FintuneError("tokenLogprobs: a frozen head's gradient was asked for")
        return backend.handOver(dHead)
      },
    ]
  },
})

/** log p of tokenLogprobs on the native backend where the gradient of each is known before the pass. */
export function tokenLogprobsFused(hidden: tf.Tensor2D, head: tf.Tensor2D, attributes: Attributes): tf.Tensor1D {
  const [logprobs, ...gradients] = run([hidden, head], attributes)
  for (const gradient of gradients) gradient.dispose() // the tape, where there is one, has kept them
  return logprobs as tf.Tensor1D
}
