import type * as tf from '@tensorflow/tfjs-core'
import type { NativeBackend } from './backends/NativeBackend.js'

/** Which gradients are wanted, and where they go; null: not wanted. */
export interface HeadGradientTargets {
  readonly dHidden: Float32Array | null
  readonly dHead: Float32Array | null
  /** Whether dHead holds a sum that is to grow. */
  readonly accumulate?: boolean
}

/**
 * What a chunk of the logits' gradient gives: its rows of dHidden = dLogits·head, and its part of dHead = dLogitsᵀ·hidden
 * (summed over chunks in order).
 *
 * @param fill computes a chunk's gradient of the logits, [to − from, stride] of which vocab columns count
 */
export function headGradient(
  backend: NativeBackend,
  [hidden, head]: readonly tf.TensorInfo[],
  chunks: readonly [number, number][],
  { dHidden, dHead, accumulate = false }: HeadGradientTargets,
  fill: (dLogits: Float32Array, from: number, to: number) => void,
): void {
  const { addon, half } = backend
  const [vocab, width] = head.shape
  const stride = Math.ceil(vocab / addon.panelWidth()) * addon.panelWidth()
  const h = backend.floats(hidden)
  if (chunks.length === 0) return void (accumulate || dHead?.fill(0))
  const dLogits = backend.allocate(Math.max(...chunks.map(([from, to]) => to - from)) * stride)
  const eachChunk = (panels: Float32Array | null) => {
    for (const [from, to] of chunks) {
      const count = to - from
      fill(dLogits, from, to)
      if (panels && dHidden) {
        const out = dHidden.subarray(from * width, to * width)
        addon.gemm(count, width, vocab, dLogits, stride, 1, panels, true, 0, out, width, false, 1, null, half)
      }
      if (dHead) {
        const rows = h.subarray(from * width, to * width)
        addon.gemm(
          vocab,
          width,
          count,
          dLogits,
          1,
          stride,
          rows,
          false,
          width,
          dHead,
          width,
          accumulate || from > 0,
          1,
          null,
          half,
        )
      }
    }
  }
  if (dHidden) backend.withPacked(head, 'rows', eachChunk)
  else eachChunk(null)
  backend.release(dLogits)
}
