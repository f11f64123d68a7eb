import type * as tf from '@tensorflow/tfjs-core'
import { defineNativeOp, type GradientCall } from './backends/defineNativeOp.js'
import { headGradient, type HeadGradientTargets } from './headGradient.js'
import { logitChunks } from './logitChunks.js'
import type { TokenLogprobs } from './tokenLogprobs.js'

interface Attributes {
  readonly labels: Int32Array
  readonly temperature: number
  readonly frozenHead: boolean
  /** Filled by the kernel. */
  readonly entropy: Float32Array
  readonly argmax: Int32Array
}

/** Outputs: logprobs, and each row's log Σ exp for the gradient. */
const run = defineNativeOp<Attributes>({
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
    const [dHidden, dHead] = inputs.map(
      ({ size }) =>
        () =>
          backend.allocate(size),
    )
    const one = (targets: HeadGradientTargets, wanted: Float32Array) => {
      fillGradients(call, targets)
      return wanted
    }
    if (call.attributes.frozenHead) {
      const alone = (out: Float32Array) => one({ dHidden: out, dHead: null }, out)
      const headAlone = (out: Float32Array) => one({ dHidden: null, dHead: out }, out)
      return [() => alone(dHidden()), () => headAlone(dHead())]
    }
    return () => {
      const both = { dHidden: dHidden(), dHead: dHead() }
      fillGradients(call, both)
      return [both.dHidden, both.dHead]
    }
  },
})

/** The logits again, chunk by chunk, and from their gradient what is wanted. */
function fillGradients(
  { backend, dy, inputs, outputs, attributes }: GradientCall<Attributes>,
  to: HeadGradientTargets,
) {
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
}

/** tokenLogprobs on the native backend: the logits are computed again in the backward pass. */
export function tokenLogprobsNative(
  hidden: tf.Tensor2D,
  head: tf.Tensor2D,
  of: { labels: Int32Array; temperature: number; frozenHead: boolean },
): TokenLogprobs {
  const [entropy, argmax] = [new Float32Array(of.labels.length), new Int32Array(of.labels.length)]
  const [logprobs, lse] = run([hidden, head], { ...of, entropy, argmax })
  lse.dispose() // the tape, where there is one, has kept it
  return { logprobs: logprobs as tf.Tensor1D, entropy, argmax }
}
