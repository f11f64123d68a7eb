import type * as tf from '@tensorflow/tfjs-core'
import { activeNative } from './backends/activeNative.js'
import { defineNativeOp, type GradientCall } from './backends/defineNativeOp.js'
import { withPanels } from './backends/withPanels.js'
import { dropUntilRead } from './dropUntilRead.js'
import { linear, linearReference } from './linear.js'
import { requireShape } from './requireShape.js'
import { rmsNorm, rmsNormReference } from './rmsNorm.js'
import { rotary, rotaryReference } from './rotary.js'
import type { RotaryAngles } from './RotaryAngles.js'
import { rotaryTable } from './rotaryTable.js'
import { weightGradient } from './weightGradient.js'

export interface HeadProjection {
  /** [heads · headDim, width] */
  readonly weight: tf.Tensor2D
  /** [heads · headDim] */
  readonly bias?: tf.Tensor1D
}

export interface HeadProjections {
  /** [width] */
  readonly norm: tf.Tensor1D
  readonly eps: number
  readonly q: HeadProjection
  readonly k: HeadProjection
  readonly v: HeadProjection
}

/** x once more (see projectHeads), and what attention takes. */
export interface Heads {
  readonly x: tf.Tensor2D
  readonly q: tf.Tensor2D
  readonly k: tf.Tensor2D
  readonly v: tf.Tensor2D
}

/** Below this many rows the kernel gains nothing. */
const manyRows = 256

/**
 * What attention is computed from: with n = rmsNorm(x), q = rotary(n·Wqᵀ + bq), k = rotary(n·Wkᵀ + bk), v = n·Wvᵀ + bv.
 * The native kernel takes a few rows at a time through all of it, with the bits of the ops one after the other.
 *
 * @param x [rows, width]
 * @returns q, k, v [rows, heads · headDim], and `x`, which is to be read in its place from here on: so the gradient that
 *          reaches x by other ways (its residual) is added as this op's is made
 * @throws FintuneError when shapes do not fit
 */
export function projectHeads(x: tf.Tensor2D, projections: HeadProjections, angles: RotaryAngles): Heads {
  const { norm, q, k, v } = projections
  const headDim = 2 * angles.frequencies.length
  requireShape('projectHeads norm', norm, [x.shape[1]])
  requireShape('projectHeads positions', { shape: [angles.positions.length] }, [x.shape[0]])
  for (const [name, { weight, bias }] of Object.entries({ q, k, v })) {
    const heads = Math.max(1, Math.round(weight.shape[0] / headDim))
    requireShape(`projectHeads ${name}`, weight, [name === 'v' ? -1 : heads * headDim, x.shape[1]])
    if (bias) requireShape(`projectHeads ${name} bias`, bias, [weight.shape[0]])
  }
  const native = activeNative()
  // Threads share out rows here; where there are too few of them, products share out their columns.
  const enough = native && x.shape[0] >= Math.max(manyRows, native.addon.rowsForAll())
  return enough ? projectHeadsNative(x, projections, angles) : oneAfterTheOther(x, projections, angles)
}

/** The definition. */
export function projectHeadsReference(x: tf.Tensor2D, projections: HeadProjections, angles: RotaryAngles): Heads {
  const { positions, frequencies, scaling } = angles
  const normed = rmsNormReference(x, projections.norm, projections.eps)
  const project = ({ weight, bias }: HeadProjection) => linearReference(normed, weight, { bias })
  const turn = (heads: tf.Tensor2D) => rotaryReference(heads, positions, frequencies, scaling)
  return { x, q: turn(project(projections.q)), k: turn(project(projections.k)), v: project(projections.v) }
}

function oneAfterTheOther(x: tf.Tensor2D, projections: HeadProjections, angles: RotaryAngles): Heads {
  const normed = rmsNorm(x, projections.norm, projections.eps)
  const project = ({ weight, bias }: HeadProjection) => linear(normed, weight, { bias })
  const turn = (heads: tf.Tensor2D) => rotary(heads, angles.positions, angles.frequencies, angles.scaling)
  const [q, k, v] = [turn(project(projections.q)), turn(project(projections.k)), project(projections.v)]
  dropUntilRead(normed)
  return { x, q, k, v }
}

interface Attributes extends RotaryAngles {
  readonly eps: number
  /** Which of q, k and v have one. */
  readonly biases: readonly boolean[]
}

function projectHeadsNative(x: tf.Tensor2D, { norm, eps, ...projections }: HeadProjections, angles: RotaryAngles) {
  const parts = [projections.q, projections.k, projections.v]
  const biases = parts.flatMap(({ bias }) => bias ?? [])
  const inputs = [x, norm, ...parts.map(({ weight }) => weight), ...biases]
  const outputs = runProjectHeads(inputs, { ...angles, eps, biases: parts.map(({ bias }) => bias !== undefined) })
  const [same, q, k, v] = outputs as tf.Tensor2D[]
  return { x: same, q, k, v }
}

/** Inputs: x, norm, the three weights, then such biases as there are. Outputs: x, q, k, v. */
const runProjectHeads = defineNativeOp<Attributes>({
  name: 'ProjectHeads',
  forward(backend, inputs, attributes) {
    const [x, norm, ...rest] = inputs
    const weights = rest.slice(0, 3)
    const rows = x.shape[0]
    const [qBias, kBias, vBias] = biasesOf(rest.slice(3), attributes)
    const widths = weights.map(({ shape }) => shape[0])
    const [q, k, v] = widths.map((width) => backend.allocate(rows * width))
    const bias = (tensor?: tf.TensorInfo) => (tensor ? backend.floats(tensor) : null)
    withPanels(
      backend,
      weights,
      'columns',
      (panels) =>
      backend.addon.projectHeads(
        ...kernelArguments(backend.half, x, backend.floats(norm), attributes, widths, panels),
        bias(qBias), bias(kBias), bias(vBias), backend.floats(x), q, k, v,
      ), // prettier-ignore
    )
    const heads = [q, k, v].map((values, i) => backend.info(values, [rows, widths[i]]))
    return [backend.alias(x), ...heads]
  },
  gradients(call) {
    const { backend, claim, inputs, attributes } = call
    const [x, , ...rest] = inputs
    let held: Gradients | undefined
    const all = () => (held ??= computeGradients(call))
    const packed = { dy: backend.half, x: backend.half }
    const weight = (i: number) => () =>
      weightGradient(backend, all().turnedBack[i], all().normed, x.shape[0], rest[i], packed)
    const biased = [0, 1, 2].filter((i) => attributes.biases[i])
    return [
      () => claim(all().x),
      () => claim(all().norm),
      ...[0, 1, 2].map(weight),
      ...biased.map((i) => () => claim(all().biases[i]!)),
    ]
  },
})

/** Gradients of x, norm and the biases, and what the weights' are products of: floats, or of bfloat16 packed for them. */
interface Gradients {
  readonly x: Float32Array
  readonly norm: Float32Array
  readonly biases: readonly (Float32Array | null)[]
  /** dq and dk before they were turned, and dv. */
  readonly turnedBack: readonly Float32Array[]
  readonly normed: Float32Array
}

function computeGradients({ backend, borrow, dys, inputs, attributes }: GradientCall<Attributes>): Gradients {
  const { addon, half } = backend
  const [x, norm, ...rest] = inputs
  const weights = rest.slice(0, 3)
  const [rows, width] = x.shape
  const widths = weights.map(({ shape }) => shape[0])
  const [more, dq, dk, dv] = dys.map((dy) => backend.floats(dy))
  const back = (i: number) => borrow(half ? addon.packedRowsLength(widths[i], rows) : rows * widths[i])
  const to = {
    x: borrow(x.size),
    norm: borrow(width),
    biases: widths.map((length, i) => (attributes.biases[i] ? borrow(length) : null)),
    turnedBack: [back(0), back(1), half ? back(2) : dv],
    normed: borrow(half ? addon.packedLength(rows, width, true) : x.size),
  }
  const [q, k, v] = to.turnedBack
  withPanels(
    backend,
    weights,
    'rows',
    (panels) =>
    addon.projectHeadsGradient(
      ...kernelArguments(half, x, backend.floats(norm), attributes, widths, panels),
      backend.floats(x), dq, dk, dv, more, to.x, to.norm, to.normed,
      q, to.biases[0], k, to.biases[1], half ? v : null, to.biases[2],
    ), // prettier-ignore
  )
  return to
}

function kernelArguments(
  half: boolean,
  { shape: [rows, width] }: tf.TensorInfo,
  norm: Float32Array,
  attributes: Attributes,
  [q, k, v]: readonly number[],
  [qPanels, kPanels, vPanels]: readonly Float32Array[],
) {
  const { eps, positions, frequencies } = attributes
  const { cosine, sine } = rotaryTable(attributes)
  const angles = [positions, cosine, sine, frequencies.length] as const
  return [rows, width, norm, eps, half, ...angles, q, qPanels, k, kPanels, v, vPanels] as const
}

/** Those of q, k and v. */
function biasesOf<T>(given: readonly T[], { biases }: Attributes): (T | undefined)[] {
  const rest = [...given]
  return biases.map((has) => (has ? rest.shift() : undefined))
}
