import * as tf from '@tensorflow/tfjs-core'
import { activeNative } from './backends/activeNative.js'
import { defineNativeOp } from './backends/defineNativeOp.js'
import type { NativeBackend } from './backends/NativeBackend.js'
import type { LoraWeights } from './LoraWeights.js'
import { requireShape } from './requireShape.js'
import { residual } from './residual.js'
import { weightGradient } from './weightGradient.js'

export interface LinearOptions {
  /** [out] */
  readonly bias?: tf.Tensor1D
  readonly lora?: LoraWeights
  /** [rows, out], added to the product */
  readonly residual?: tf.Tensor2D
}

/**
 * y = residual + x·weightᵀ + bias + scale·(x·aᵀ)·bᵀ; residual, bias and the low-rank part where given.
 *
 * @param x      [rows, in]
 * @param weight [out, in], as Hugging Face stores it
 * @returns      [rows, out]
 * @throws FintuneError when shapes do not fit
 */
export function linear(x: tf.Tensor2D, weight: tf.Tensor2D, options: LinearOptions = {}): tf.Tensor2D {
  const [out, inputs] = weight.shape
  requireShape('linear x', x, [-1, inputs])
  if (options.bias) requireShape('linear bias', options.bias, [out])
  if (options.lora) {
    requireShape('linear lora.a', options.lora.a, [-1, inputs])
    requireShape('linear lora.b', options.lora.b, [out, options.lora.a.shape[0]])
  }
  if (options.residual) requireShape('linear residual', options.residual, [x.shape[0], out])
  return activeNative() ? linearNative(x, weight, options) : linearReference(x, weight, options)
}

/** The definition, in plain tf ops. */
export function linearReference(x: tf.Tensor2D, weight: tf.Tensor2D, options: LinearOptions = {}): tf.Tensor2D {
  return tf.tidy(() => {
    let y: tf.Tensor2D = tf.matMul(x, weight, false, true)
    if (options.bias) y = tf.add(y, options.bias)
    if (options.lora) {
      const { a, b, scale } = options.lora
      const low: tf.Tensor2D = tf.matMul(x, a, false, true) // [rows, rank]
      y = tf.add(y, tf.mul(tf.matMul(low, b, false, true), scale))
    }
    return options.residual ? residual(options.residual, y) : y
  })
}

interface LinearAttributes {
  readonly residual: boolean
  readonly bias: boolean
  /** The low-rank part's scale, or null where there is none. */
  readonly scale: number | null
}

/** Inputs: x, weight, then residual, then bias, then lora.a and lora.b, where given. */
const runLinear = defineNativeOp<LinearAttributes>({
  name: 'Linear',
  forward(backend, inputs, attributes) {
    const [x, weight] = inputs
    const { more, bias, a, b } = optionalInputs(inputs, attributes)
    const y = backend.allocate(x.shape[0] * weight.shape[0])
    product(backend, backend.floats(x), weight, 'columns', y, { bias: bias && backend.floats(bias) })
    if (a && b) {
      const low = lowRank(backend, x, a, attributes.scale!)
      product(backend, low, b, 'columns', y, { accumulate: true })
      backend.release(low)
    }
    if (more) backend.addon.add(backend.floats(more), y, y)
    return [backend.info(y, [x.shape[0], weight.shape[0]])]
  },
  gradients({ backend, dy, dys, inputs, attributes, borrow }) {
    const [x, weight] = inputs
    const { bias, a, b } = optionalInputs(inputs, attributes)
    const [rows, scale] = [x.shape[0], attributes.scale ?? 1]
    // d low = scale · dy·b, wanted by both x and a
    let held: Float32Array | undefined
    const dLow = (): Float32Array => {
      if (held) return held
      held = borrow(rows * a!.shape[0])
      product(backend, dy, b!, 'rows', held, { alpha: scale })
      return held
    }
    const dx = () => {
      const out = backend.allocate(x.size)
      product(backend, dy, weight, 'rows', out)
      if (a) product(backend, dLow(), a, 'rows', out, { accumulate: true })
      return out
    }
    const dWeight = () => weightGradient(backend, dy, backend.floats(x), rows, weight)
    const gradients: (() => Float32Array | tf.Tensor)[] = [dx, dWeight]
    if (attributes.residual) gradients.push(() => tf.clone(dys[0]))
    if (bias) {
      gradients.push(() => {
        const out = backend.allocate(bias.shape[0])
        backend.addon.columnSum(dy, rows, bias.shape[0], out)
        return out
      })
    }
    if (a && b) {
      gradients.push(() => weightGradient(backend, dLow(), backend.floats(x), rows, a))
      gradients.push(() => {
        const low = lowRank(backend, x, a, scale)
        const out = weightGradient(backend, dy, low, rows, b)
        backend.release(low)
        return out
      })
    }
    return gradients
  },
})

function linearNative(x: tf.Tensor2D, weight: tf.Tensor2D, options: LinearOptions): tf.Tensor2D {
  const { bias, lora, residual: more } = options
  const inputs: tf.Tensor[] = [x, weight]
  if (more) inputs.push(more)
  if (bias) inputs.push(bias)
  if (lora) inputs.push(lora.a, lora.b)
  const given = { residual: more !== undefined, bias: bias !== undefined }
  return runLinear(inputs, { ...given, scale: lora ? lora.scale : null })[0] as tf.Tensor2D
}

function optionalInputs<T>(inputs: readonly T[], attributes: LinearAttributes): { more?: T; bias?: T; a?: T; b?: T } {
  const rest = inputs.slice(2)
  const more = attributes.residual ? rest.shift() : undefined
  const bias = attributes.bias ? rest.shift() : undefined
  return attributes.scale === null ? { more, bias } : { more, bias, a: rest[0], b: rest[1] }
}

/** scale · x·aᵀ, [rows, rank]; the caller releases it. */
function lowRank(backend: NativeBackend, x: tf.TensorInfo, a: tf.TensorInfo, scale: number): Float32Array {
  const low = backend.allocate(x.shape[0] * a.shape[0])
  product(backend, backend.floats(x), a, 'columns', low, { alpha: scale })
  return low
}

/** out (+)= alpha · x·matrixᵀ ('columns') or x·matrix ('rows'), + bias. */
function product(
  backend: NativeBackend,
  x: Float32Array,
  matrix: tf.TensorInfo,
  form: 'columns' | 'rows',
  out: Float32Array,
  { accumulate = false, alpha = 1, bias }: { accumulate?: boolean; alpha?: number; bias?: Float32Array } = {},
): void {
  const [K, N] = form === 'columns' ? [matrix.shape[1], matrix.shape[0]] : [matrix.shape[0], matrix.shape[1]]
  backend.withPacked(matrix, form, (panels) => {
    const rows = out.length / N
    backend.addon.gemm(rows, N, K, x, K, 1, panels, true, 0, out, N, accumulate, alpha, bias ?? null, backend.half)
  })
}
