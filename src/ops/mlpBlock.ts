import type * as tf from '@tensorflow/tfjs-core'
import { activeNative } from './backends/activeNative.js'
import { defineNativeOp, type GradientCall } from './backends/defineNativeOp.js'
import { withPanels } from './backends/withPanels.js'
import { dropUntilRead } from './dropUntilRead.js'
import { linear, linearReference } from './linear.js'
import { requireShape } from './requireShape.js'
import { rmsNorm, rmsNormReference } from './rmsNorm.js'
import { swiGlu, swiGluReference } from './swiGlu.js'
import { weightGradient } from './weightGradient.js'

export interface MlpBlockWeights {
  /** [width] */
  readonly norm: tf.Tensor1D
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
 * The second half of Llama's layer: x + (silu(n·gateᵀ) · n·upᵀ)·downᵀ with n = rmsNorm(x), without biases (Shazeer 2020,
 * eq. 6). The native kernel takes a few rows at a time through all of it, with the bits of the ops one after the other.
 *
 * @param x   [rows, width]
 * @param eps the norm's
 * @returns   [rows, width]
 * @throws FintuneError when shapes do not fit
 */
export function mlpBlock(x: tf.Tensor2D, weights: MlpBlockWeights, eps: number): tf.Tensor2D {
  const { norm, gate, up, down } = weights
  requireShape('mlpBlock norm', norm, [x.shape[1]])
  requireShape('mlpBlock gate', gate, [-1, x.shape[1]])
  requireShape('mlpBlock up', up, gate.shape)
  requireShape('mlpBlock down', down, [x.shape[1], gate.shape[0]])
  const native = activeNative()
  // Threads share out rows here; where there are too few of them, products share out their columns.
  const enough = native && x.shape[0] >= Math.max(manyRows, native.addon.rowsForAll())
  if (!enough) return oneAfterTheOther(x, weights, eps)
  const [y, ...kept] = runMlpBlock([x, norm, gate, up, down], { eps })
  for (const tensor of kept) tensor.dispose() // the tape, where there is one, has kept them
  return y as tf.Tensor2D
}

/** The definition. */
export function mlpBlockReference(x: tf.Tensor2D, { norm, gate, up, down }: MlpBlockWeights, eps: number): tf.Tensor2D {
  const normed = rmsNormReference(x, norm, eps)
  const activated = swiGluReference(linearReference(normed, gate), linearReference(normed, up))
  return linearReference(activated, down, { residual: x })
}

function oneAfterTheOther(x: tf.Tensor2D, { norm, gate, up, down }: MlpBlockWeights, eps: number): tf.Tensor2D {
  const normed = rmsNorm(x, norm, eps)
  const activated = swiGlu(linear(normed, gate), linear(normed, up))
  dropUntilRead(normed)
  const y = linear(activated, down, { residual: x })
  dropUntilRead(activated)
  return y
}

/** Outputs: y, and what gate and up gave, [rows, inner], for the gradient. Of bfloat16 products these are kept as pairs. */
const runMlpBlock = defineNativeOp<{ eps: number }>({
  name: 'MlpBlock',
  savedOutputs: [false, true, true],
  forward(backend, [x, norm, ...weights], { eps }) {
    const [rows, width] = x.shape
    const inner = weights[0].shape[0]
    const kept = rows * (backend.half ? Math.ceil(inner / 2) : inner)
    const [y, gate, up] = [rows * width, kept, kept].map((length) => backend.allocate(length))
    withPanels(
      backend,
      weights,
      'columns',
      ([g, u, d]) =>
      backend.addon.mlpBlock(
        rows, width, inner, backend.floats(norm), eps, g, u, d, backend.half, backend.floats(x), gate, up, y,
      ), // prettier-ignore
    )
    // Of no size for TensorFlow.js, which would make zeros for a gradient of each output.
    return [backend.info(y, x.shape), backend.info(gate, [0]), backend.info(up, [0])]
  },
  gradients(call) {
    const { backend, dy, claim, inputs: [x, , gate, up, down] } = call // prettier-ignore
    const [rows, half] = [x.shape[0], backend.half]
    let held: Gradients | undefined
    const all = () => (held ??= computeGradients(call))
    const packed = { dy: half, x: half }
    return [
      () => claim(all().x),
      () => claim(all().norm),
      () => weightGradient(backend, all().gate, all().normed, rows, gate, packed),
      () => weightGradient(backend, all().up, all().normed, rows, up, packed),
      () => weightGradient(backend, dy, all().activated, rows, down, { x: half }),
    ]
  },
})

/** Gradients of x and norm, and what the weights' are products of: floats, or of bfloat16 packed for them. */
interface Gradients {
  readonly x: Float32Array
  readonly norm: Float32Array
  readonly gate: Float32Array
  readonly up: Float32Array
  readonly activated: Float32Array
  readonly normed: Float32Array
}

function computeGradients(call: GradientCall<{ eps: number }>): Gradients {
  const { backend, borrow, dy, inputs: [x, norm, ...weights], outputs, attributes: { eps } } = call // prettier-ignore
  const { addon, half } = backend
  const [rows, width] = x.shape
  const inner = weights[0].shape[0]
  const [gate, up] = outputs.map((tensor) => (half ? backend.floats(tensor) : changeable(call, tensor)))
  const columns = () => borrow(addon.packedRowsLength(inner, rows))
  const floatsOf = (length: number) => borrow(half ? addon.packedLength(rows, length, true) : rows * length)
  const to = {
    x: borrow(x.size),
    norm: borrow(width),
    gate: half ? columns() : gate,
    up: half ? columns() : up,
    activated: floatsOf(inner),
    normed: floatsOf(width),
  }
  withPanels(
    backend,
    weights,
    'rows',
    ([g, u, d]) =>
    addon.mlpBlockGradient(
      rows, width, inner, backend.floats(norm), eps, g, u, d, half, backend.floats(x), dy, gate, up,
      to.x, to.norm, to.gate, to.up, to.activated, to.normed,
    ), // prettier-ignore
  )
  return to
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
