import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { keyedRandom } from '../../src/lib/keyedRandom.js'
import { dropUntilRead } from '../../src/ops/dropUntilRead.js'
import { initBackend } from '../../src/ops/initBackend.js'
import { linear } from '../../src/ops/linear.js'
import { memoryUsage } from '../../src/ops/memoryUsage.js'
import { rmsNorm } from '../../src/ops/rmsNorm.js'
import { swiGlu } from '../../src/ops/swiGlu.js'
import { nativeIsas } from './support/nativeIsas.js'
import { randomArray } from './support/randomArray.js'

const random = keyedRandom('dropped')
const matrix = (rows: number, columns: number) => tf.tensor2d(randomArray(random, rows * columns, 1), [rows, columns])

describe.skipIf(nativeIsas().length === 0)('a dropped tensor on the native backend', () => {
  beforeAll(() => initBackend({ backend: 'native', threads: 2 }))

  test('holds no memory, and reads as before', () => {
    tf.tidy(() => {
      const y = swiGlu(matrix(64, 32), matrix(64, 32))
      const before = memoryUsage()!.usedBytes
      dropUntilRead(y)
      dropUntilRead(y)
      expect(before - memoryUsage()!.usedBytes).toBe(4 * y.size)
      const doubled = linear(y, tf.mul(tf.eye(32), 2))
      const expected = y.dataSync().map((value) => 2 * value)
      expect(doubled.dataSync()).toEqual(expected)
      // What JavaScript has read may be held there: from now on it stays.
      dropUntilRead(y)
      expect(y.dataSync().map((value) => 2 * value)).toEqual(expected)
    })
  })

  test('gradients through it are the same to the last bit, and less is held at the end of the forward pass', () => {
    const [x, gate, up, down] = [matrix(48, 16), matrix(24, 16), matrix(24, 16), matrix(16, 24)]
    const norm = tf.ones([16]) as tf.Tensor1D
    const run = (drop: (tensor: tf.Tensor) => void) => {
      const before = memoryUsage()!.usedBytes
      let held = 0
      const block = (h: tf.Tensor2D, wGate: tf.Tensor2D, wUp: tf.Tensor2D, wDown: tf.Tensor2D): tf.Tensor => {
        const y = tf.tidy(() => {
          const normed = rmsNorm(h, norm, 1e-6)
          const activated = swiGlu(linear(normed, wGate), linear(normed, wUp))
          drop(normed)
          const out = linear(activated, wDown)
          drop(activated)
          return out
        })
        held = memoryUsage()!.usedBytes - before
        return tf.sum(tf.square(y))
      }
      const gradients = tf.tidy(() => tf.grads(block as (...inputs: tf.Tensor[]) => tf.Tensor)([x, gate, up, down]))
      return { held, values: gradients.map((gradient) => gradient.dataSync().slice()) }
    }
    run(() => undefined) // packs the weights
    const plain = run(() => undefined)
    const dropped = run(dropUntilRead)
    expect(dropped.values).toEqual(plain.values)
    expect(plain.held - dropped.held).toBe(4 * 48 * (16 + 24))
  })
})

test('on other backends nothing happens', async () => {
  await initBackend({ backend: 'cpu', threads: 1 })
  const y = rmsNorm(matrix(3, 4), tf.ones([4]), 1e-6)
  const values = y.dataSync().slice()
  dropUntilRead(y)
  expect(y.dataSync()).toEqual(values)
})
