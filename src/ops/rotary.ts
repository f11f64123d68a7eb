import * as tf from '@tensorflow/tfjs-core'
import { activeNative } from './backends/activeNative.js'
import { defineNativeOp } from './backends/defineNativeOp.js'
import type { NativeBackend } from './backends/NativeBackend.js'
import { requireShape } from './requireShape.js'
import type { RotaryAngles } from './RotaryAngles.js'
import { rotaryCosSin } from './rotaryCosSin.js'
import { rotaryTable } from './rotaryTable.js'

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
  const { cosine, sine } = rotaryCosSin(positions, frequencies, scaling)
  return [tf.tensor4d(cosine, shape), tf.tensor4d(sine, shape)]
}

const runRotary = defineNativeOp<RotaryAngles>({
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

function turn(backend: NativeBackend, x: Float32Array, shape: number[], attributes: RotaryAngles, sign: 1 | -1) {
  const { positions, frequencies } = attributes
  const { cosine, sine } = rotaryTable(attributes)
  const y = backend.allocate(x.length)
  backend.addon.rotary(x, positions, cosine, sine, sign, shape[0], shape[1], frequencies.length, y)
  return y
}
