import type * as tf from '@tensorflow/tfjs-core'
import { activeNative } from './backends/activeNative.js'
import { defineNativeOp, type GradientCall } from './backends/defineNativeOp.js'
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

/** Outputs: y, and what gate and up gave, [rows, inner], for the gradient. Of bfloat16 products these are kept as pairs. */
const runGatedMlp = defineNativeOp<object>({
  name: 'GatedMlp',
  savedOutputs: [false, true, true],
  forward(backend, [x, ...weights]) {
    const [rows, width] = x.shape
    const inner = weights[0].shape[0]
    const kept = rows * (backend.half ? Math.ceil(inner / 2) : inner)
    const [y, gate, up] = [rows * width, kept, kept].map((length) => backend.allocate(length))
    withPanels(backend, weights, 'columns', (panels) =>
      backend.addon.gatedMlp(rows, width, inner, ...panels, backend.half, backend.floats(x), gate, up, y),
    )
    // Of no size for TensorFlow.js, which would make zeros for a gradient of each output.
    return [backend.info(y, x.shape), backend.info(gate, [0]), backend.info(up, [0])]
  },
  gradients(call) {
    const { backend, dy, inputs } = call
    const [x, gate, up, down] = inputs
    const rows = x.shape[0]
    let held: Operands | undefined
    const compute = (dx: Float32Array | null) => (held = computeOperands(call, dx))
    const shared = () => held ?? compute(null)
    const packed = { dy: backend.half, x: backend.half }
    return [
      () => {
        const dx = backend.allocate(x.size)
        compute(dx) // the first, where it is wanted at all
        return dx
      },
      () => weightGradient(backend, shared().dGate, shared().x(), rows, gate, packed),
      () => weightGradient(backend, shared().dUp, shared().x(), rows, up, packed),
      () => weightGradient(backend, dy, shared().activated, rows, down, { x: backend.half }),
    ]
  },
})

/** What the weights' gradients are products of: floats, or of bfloat16 packed for them. */
interface Operands {
  readonly dGate: Float32Array
  readonly dUp: Float32Array
  readonly activated: Float32Array
  readonly x: () => Float32Array
}

/** @param dx is filled, where it is wanted */
function computeOperands(call: GradientCall<object>, dx: Float32Array | null): Operands {
  const { backend, dy, inputs: [x, ...weights], outputs } = call // prettier-ignore
  const { addon, half } = backend
  const [rows, width] = x.shape
  const inner = weights[0].shape[0]
  const [gate, up] = outputs.map((tensor) => (half ? backend.floats(tensor) : changeable(call, tensor)))
  const ofColumns = () => call.borrow(addon.packedRowsLength(inner, rows))
  const [dGate, dUp] = half ? [ofColumns(), ofColumns()] : [gate, up]
  const activated = call.borrow(half ? addon.packedLength(rows, inner, half) : rows * inner)
  withPanels(backend, weights, 'rows', (panels) =>
    addon.gatedMlpGradient(rows, width, inner, ...panels, half, dy, gate, up, dGate, dUp, activated, dx),
  )
  let xPanels: Float32Array | undefined
  const packX = () => {
    xPanels = call.borrow(addon.packedLength(rows, width, half))
    addon.pack(backend.floats(x), rows, width, false, xPanels, half)
    return xPanels
  }
  return { dGate, dUp, activated, x: () => (half ? (xPanels ?? packX()) : backend.floats(x)) }
}

/** A kept output's memory, which its gradient may take; a copy of it where somebody else holds it too. */
function changeable({ backend, borrow }: GradientCall<object>, tensor: tf.Tensor): Float32Array {
  const own = backend.ownFloats(tensor)
  if (own) return own
  const values = backend.floats(tensor)
  const copy = borrow(values.length)
  copy.set(values)
  return copy
}

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
