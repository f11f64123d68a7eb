import * as tf from '@tensorflow/tfjs-core'
import { expect } from 'vitest'
import { keyedRandom } from '../../../src/lib/keyedRandom.js'
import { randomArray } from './randomArray.js'

/**
 * Compares the tape's gradients of Σ weights·f(inputs) with central differences in a random direction of each input:
 * (F(x + h·d) − F(x − h·d)) / 2h ≈ gradient · d.
 */
export function expectGradients(
  f: (...inputs: tf.Tensor2D[]) => tf.Tensor,
  shapes: readonly (readonly number[])[],
  tolerance = 2e-2,
): void {
  const random = keyedRandom('gradients', JSON.stringify(shapes))
  const values = shapes.map((shape) => randomArray(random, tf.util.sizeFromShape([...shape])))
  const inputs = values.map((value, i) => tf.tensor(value, shapes[i] as [number, number]) as tf.Tensor2D)
  const weights = randomArray(random, tf.tidy(() => f(...inputs)).size)
  const total = (...x: tf.Tensor[]) => {
    const y = f(...(x as tf.Tensor2D[]))
    return tf.sum(tf.mul(y, tf.tensor(weights, y.shape)))
  }
  const gradients = tf.grads(total)(inputs)
  // The sum is taken in float64 so that the difference of two near values keeps its digits.
  const evaluate = (x: tf.Tensor[]) =>
    tf.tidy(() => f(...(x as tf.Tensor2D[])).dataSync() as Float32Array).reduce((sum, y, i) => sum + y * weights[i], 0)
  const step = 1e-2
  inputs.forEach((input, i) => {
    const direction = randomArray(random, input.size)
    const moved = (h: number) =>
      inputs.map((x, j) =>
        j === i
          ? tf.tensor(
              values[i].map((value, e) => value + h * direction[e]),
              x.shape,
            )
          : x,
      )
    const numeric = tf.tidy(() => (evaluate(moved(step)) - evaluate(moved(-step))) / (2 * step))
    const analytic = (gradients[i].dataSync() as Float32Array).reduce((sum, g, e) => sum + g * direction[e], 0)
    const scale = Math.max(1, Math.abs(numeric))
    expect(Math.abs(analytic - numeric) / scale, `input ${i}: ${analytic} vs ${numeric}`).toBeLessThan(tolerance)
  })
  tf.dispose([inputs, gradients])
}
