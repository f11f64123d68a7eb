import type * as tf from '@tensorflow/tfjs-core'
import { activeNative } from './backends/activeNative.js'
import { defineNativeOp } from './backends/defineNativeOp.js'
import type { NativeBackend } from './backends/NativeBackend.js'
import { dropUntilRead } from './dropUntilRead.js'
import { linear, linearReference } from './linear.js'
import { requireShape } from './requireShape.js'
import { swiGlu, swiGluReference } from './swiGlu.js'
import { weightGradient } from './weightGradient.js'

export interface GatedMlpWeights {
  /** [inner, width] */
  readonly gate: tf.Tensor2D
  /** [inner, width] */
  readonly up: tf.Tensor2D
  /** [width, inner] */
  readonly down: tf.Tensor2D
}

/** Below this many rows the kernel gains nothing. */
const manyRows = 256

/**
 * Llama's MLP: (silu(x·gateᵀ) · x·upᵀ)·downᵀ, without biases (Shazeer 2020, eq. 6). The native kernel takes a few rows at
 * a time through all three products, with the bits of the products one after the other.
 *
 * @param x [rows, width]
 * @returns [rows, width]
 * @throws FintuneError when shapes do not fit
 */
export function gatedMlp(x: tf.Tensor2D, weights: GatedMlpWeights): tf.Tensor2D {
  const { gate, up, down } = weights
  requireShape('gatedMlp gate', gate, [-1, x.shape[1]])
  requireShape('gatedMlp up', up, gate.shape)
  requireShape('gatedMlp down', down, [x.shape[1], gate.shape[0]])
  const native = activeNative()
  // Threads share out rows here; where there are too few of them, products share out their columns.
  const enough = native && x.shape[0] >= Math.max(manyRows, native.addon.rowsForAll())
  if (!enough) return oneAfterTheOther(x, weights)
  const [y, ...kept] = runGatedMlp([x, gate, up, down], {})
  for (const tensor of kept) tensor.dispose() // the tape, where there is one, has kept them
  return y as tf.Tensor2D
}

/** The definition. */
export function gatedMlpReference(x: tf.Tensor2D, { gate, up, down }: GatedMlpWeights): tf.Tensor2D {
  return linearReference(swiGluReference(linearReference(x, gate), linearReference(x, up)), down)
}

function oneAfterTheOther(x: tf.Tensor2D, { gate, up, down }: GatedMlpWeights): tf.Tensor2D {
  const activated = swiGlu(linear(x, gate), linear(x, up))
  const y = linear(activated, down)
  dropUntilRead(activated)
  return y
}

/** Outputs: y, and what gate and up gave, [rows, inner], for the gradient, which takes their place. */
const runGatedMlp = defineNativeOp<object>({
  name: 'GatedMlp',
  savedOutputs: [false, true, true],
  forward(backend, [x, ...weights]) {
    const [rows, width] = x.shape
    const inner = weights[0].shape[0]
    const [y, gate, up] = [width, inner, inner].map((columns) => backend.allocate(rows * columns))
    withPanels(backend, weights, 'columns', (panels) =>
      backend.addon.gatedMlp(rows, width, inner, ...panels, backend.half, backend.floats(x), gate, up, y),
    )
    // Of no size for TensorFlow.js, which would make zeros for a gradient of each output.
    return [backend.info(y, x.shape), backend.info(gate, [0]), backend.info(up, [0])]
  },
  gradients({ backend, dy, inputs: [x, ...weights], outputs, borrow }) {
    const [rows, width] = x.shape
    const inner = weights[0].shape[0]
    const changeable = (tensor: tf.Tensor) => {
      const own = backend.ownFloats(tensor)
      if (own) return own
      const copy = borrow(rows * inner)
      copy.set(backend.floats(tensor))
      return copy
    }
    let held: { dGate: Float32Array; dUp: Float32Array; activated: Float32Array } | undefined
    const compute = (dx: Float32Array | null) => {
      const [dGate, dUp, activated] = [...outputs.map(changeable), borrow(rows * inner)]
      withPanels(backend, weights, 'rows', (panels) =>
        backend.addon.gatedMlpGradient(rows, width, inner, ...panels, backend.half, dy, dGate, dUp, activated, dx),
      )
      return (held = { dGate, dUp, activated })
    }
    const shared = () => held ?? compute(null)
    const [gate, up, down] = weights
    return [
      () => {
        const dx = backend.allocate(x.size)
        compute(dx) // the first, where it is wanted at all
        return dx
      },
      () => weightGradient(backend, shared().dGate, backend.floats(x), rows, gate),
      () => weightGradient(backend, shared().dUp, backend.floats(x), rows, up),
      () => weightGradient(backend, dy, shared().activated, rows, down),
    ]
  },
})

/** Panels of gate, up and down; see NativeBackend.withPacked. */
function withPanels(
  backend: NativeBackend,
  [gate, up, down]: readonly tf.TensorInfo[],
  form: 'columns' | 'rows',
  use: (panels: [Float32Array, Float32Array, Float32Array]) => void,
): void {
  backend.withPacked(gate, form, (g) =>
    backend.withPacked(up, form, (u) => backend.withPacked(down, form, (d) => use([g, u, d]))),
  )
}
