import * as tf from '@tensorflow/tfjs-core'
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
  return rotaryReference(x, positions, frequencies, scaling)
}

/** The definition, in plain tf ops; angles in float64, rounded once as cos and sin. */
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
  const half = frequencies.length
  const cos = new Float32Array(positions.length * half)
  const sin = new Float32Array(positions.length * half)
  positions.forEach((position, t) => {
    for (let i = 0; i < half; i++) {
      const angle = position * frequencies[i]
      cos[t * half + i] = Math.cos(angle) * scaling
      sin[t * half + i] = Math.sin(angle) * scaling
    }
  })
  const shape: [number, number, number, number] = [positions.length, 1, 1, half]
  return [tf.tensor4d(cos, shape), tf.tensor4d(sin, shape)]
}
