import * as tf from '@tensorflow/tfjs-core'
import { activeNative } from './backends/activeNative.js'
import { defineNativeOp } from './backends/defineNativeOp.js'
import type { NativeBackend } from './backends/NativeBackend.js'
import { requireShape } from './requireShape.js'

/**
 * Rotary position embedding (Su et al. 2021) in Llama's arrangement: within each head, element i of the first half
 * and element i of the second are a pair, turned by the angle position · frequencies[i].
 *
 * @param x           [tokens, heads · headDim]
 * @param positions   [tokens], each row's position in its sequence
 * @param frequencies [headDim / 2], radians a position
 * @param scaling     multiplies cos and sin (YaRN's attention factor; 1 otherwise)
 * @returns           the shape of x
 * @throws FintuneError when the width is not a multiple of the head size or positions do not match the rows
 */
export function rotary(x: tf.Tensor2D, positions: Int32Array, frequencies: Float32Array, scaling = 1): tf.Tensor2D {
  requireShape('rotary positions', { shape: [positions.length] }, [x.shape[0]])
  const headDim = frequencies.length * 2
  requireShape('rotary x', x, [-1, Math.max(1, Math.round(x.shape[1] / headDim)) * headDim])
  return activeNative()
    ? (runRotary([x], { positions, frequencies, scaling })[0] as tf.Tensor2D)
    : rotaryReference(x, positions, frequencies, scaling)
}

/** The definition, in plain tf ops. */
export function rotaryReference(
  x: tf.Tensor2D,
  positions: Int32Array,
  frequencies: Float32Array,
  scaling = 1,
): tf.Tensor2D {
  return tf.tidy(() => {
    const [tokens, width] = x.shape
    const half = frequencies.length
    const heads = width / (2 * half)
    const [cos, sin] = cosAndSin(positions, frequencies, scaling)
    const pairs = tf.reshape(x, [tokens, heads, 2, half])
    const [first, second] = tf.split(pairs, 2, 2) // [tokens, heads, 1, half] each
    const turned = tf.concat(
      [tf.sub(tf.mul(first, cos), tf.mul(second, sin)), tf.add(tf.mul(second, cos), tf.mul(first, sin))],
      2,
    )
    return tf.reshape(turned, [tokens, width]) as tf.Tensor2D
  })
}

function cosAndSin(positions: Int32Array, frequencies: Float32Array, scaling: number): [tf.Tensor, tf.Tensor] {
  const shape: [number, number, number, number] = [positions.length, 1, 1, frequencies.length]
  const { cosine, sine } = anglesOf(positions, frequencies, scaling)
  return [tf.tensor4d(cosine, shape), tf.tensor4d(sine, shape)]
}

/** cos and sin of position · frequency, [positions, headDim / 2]; the angle in float32 as Transformers has it. */
function anglesOf(positions: Int32Array, frequencies: Float32Array, scaling: number): RotaryTable {
  const half = frequencies.length
  const cosine = new Float32Array(positions.length * half)
  const sine = new Float32Array(positions.length * half)
  positions.forEach((position, t) => {
    for (let i = 0; i < half; i++) {
      const angle = Math.fround(position * frequencies[i])
      cosine[t * half + i] = Math.cos(angle) * scaling
      sine[t * half + i] = Math.sin(angle) * scaling
    }
  })
  return { cosine, sine }
}

interface RotaryTable {
  readonly cosine: Float32Array
  readonly sine: Float32Array
}

interface RotaryAttributes {
  readonly positions: Int32Array
  readonly frequencies: Float32Array
  readonly scaling: number
}

const runRotary = defineNativeOp<RotaryAttributes>({
  name: 'Rotary',
  keepsNothing: true,
  forward(backend, [x], attributes) {
    return [backend.info(turn(backend, backend.floats(x), x.shape, attributes, 1), x.shape)]
  },
  gradients({ backend, dy, attributes }) {
    // A rotation's gradient turns back.
    const rows = attributes.positions.length
    return () => [turn(backend, dy, [rows, dy.length / Math.max(1, rows)], attributes, -1)]
  },
})

function turn(backend: NativeBackend, x: Float32Array, shape: number[], attributes: RotaryAttributes, sign: 1 | -1) {
  const { positions, frequencies } = attributes
  const { cosine, sine } = tableFor(attributes)
  const y = backend.allocate(x.length)
  backend.addon.rotary(x, positions, cosine, sine, sign, shape[0], shape[1], frequencies.length, y)
  return y
}

/** Tables by position, kept as long as the model's frequencies and grown in powers of two. */
const tables = new WeakMap<Float32Array, Map<number, RotaryTable>>()

function tableFor({ positions, frequencies, scaling }: RotaryAttributes): RotaryTable {
  let kept = tables.get(frequencies)
  if (!kept) tables.set(frequencies, (kept = new Map<number, RotaryTable>()))
  const needed = positions.reduce((most, position) => Math.max(most, position), 0) + 1
  const table = kept.get(scaling)
  if (table && table.cosine.length >= needed * frequencies.length) return table
  const size = Math.max(64, 2 ** Math.ceil(Math.log2(needed)))
  const grown = anglesOf(Int32Array.from({ length: size }, (_, i) => i), frequencies, scaling) // prettier-ignore
  kept.set(scaling, grown)
  return grown
}
