import type * as tf from '@tensorflow/tfjs-core'
import { defineNativeOp, type GradientCall } from './backends/defineNativeOp.js'
import { headGradient, type HeadGradientTargets } from './headGradient.js'
import { logitChunks } from './logitChunks.js'
import type { TokenLogprobsAttributes } from './TokenLogprobsAttributes.js'

/** Outputs: logprobs, and each row's log Σ exp for the gradient. */
const run = defineNativeOp<TokenLogprobsAttributes>({
  name: 'TokenLogprobs',
  savedOutputs: [false, true],
  forward(backend, [hidden, head], { labels, temperature, entropy, argmax }) {
    const [rows, width] = hidden.shape
    const [logprobs, lse] = [backend.allocate(rows), backend.allocate(rows)]
    const h = backend.floats(hidden)
    const { addon, half } = backend
    backend.withPacked(head, 'columns', (panels) =>
      addon.tokenLogprobs(
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
        argmax,
        half,
      ),
    )
    return [backend.info(logprobs, [rows]), backend.info(lse, [rows])]
  },
  gradients(call) {
    const { backend, inputs } = call
    const [hidden, head] = inputs
    const hiddenGradient = () => backend.allocate(hidden.size)
    const headShare = (dHidden: Float32Array | null) =>
      backend.gradientOf(head, (dHead, accumulate) => fillGradients(call, { dHidden, dHead, accumulate }))
    if (call.attributes.frozenHead) {
      return [() => fillGradients(call, { dHidden: hiddenGradient(), dHead: null }).dHidden, () => headShare(null)]
    }
    return () => {
      const dHidden = hiddenGradient()
      return [dHidden, headShare(dHidden)]
    }
  },
})

/** The logits again, chunk by chunk, and from their gradient what is wanted. */
function fillGradients<T extends HeadGradientTargets>(
  { backend, dy, inputs, outputs, attributes }: GradientCall<TokenLogprobsAttributes>,
  to: T,
): T {
  const { labels, temperature } = attributes
  const [hidden, head] = inputs
  const [vocab, width] = head.shape as [number, number]
  const [h, lse] = [backend.floats(hidden), backend.floats(outputs[0])]
  const { addon, half } = backend
  backend.withPacked(head, 'columns', (panels) =>
    headGradient(backend, inputs, logitChunks(labels.length, vocab), to, (dLogits, from, end) => {
      const rows = h.subarray(from * width, end * width)
      const [own, sums, share] = [labels.subarray(from, end), lse.subarray(from, end), dy.subarray(from, end)]
      addon.logitGradient(rows, panels, end - from, width, vocab, own, temperature, sums, share, dLogits, half)
    }),
  )
  return to
}

/** log p of tokenLogprobs on the native backend: the logits are computed again in the backward pass. */
export function tokenLogprobsNative(
  hidden: tf.Tensor2D,
  head: tf.Tensor2D,
  attributes: TokenLogprobsAttributes,
): tf.Tensor1D {
  const [logprobs, lse] = run([hidden, head], attributes)
  lse.dispose() // the tape, where there is one, has kept it
  return logprobs as tf.Tensor1D
}
