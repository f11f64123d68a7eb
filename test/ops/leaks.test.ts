import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { keyedRandom } from '../../src/lib/keyedRandom.js'
import { adamW } from '../../src/ops/adamW.js'
import { attention } from '../../src/ops/attention.js'
import { createKvCache } from '../../src/ops/createKvCache.js'
import { embedding } from '../../src/ops/embedding.js'
import { gradientNorm } from '../../src/ops/gradientNorm.js'
import { initBackend } from '../../src/ops/initBackend.js'
import { linear } from '../../src/ops/linear.js'
import { makeSequenceLayout } from '../../src/ops/makeSequenceLayout.js'
import { mlpBlock } from '../../src/ops/mlpBlock.js'
import { projectHeads } from '../../src/ops/projectHeads.js'
import { rmsNorm } from '../../src/ops/rmsNorm.js'
import { rotary } from '../../src/ops/rotary.js'
import { selectRows } from '../../src/ops/selectRows.js'
import { tokenLogprobs } from '../../src/ops/tokenLogprobs.js'
import { nativeIsas } from './support/nativeIsas.js'
import { randomArray } from './support/randomArray.js'

const shape = { heads: 2, kvHeads: 1, headDim: 8 }
const layout = makeSequenceLayout([{ length: 5 }, { length: 4, prefix: 0 }, { length: 3 }])
const tokens = Int32Array.from({ length: layout.tokens }, (_, t) => t % 6)
const frequencies = Float32Array.from({ length: 4 }, (_, i) => 100 ** (-i / 4))
const sizes: Record<string, [number, number]> = {
  table: [20, 16],
  q: [16, 16],
  k: [8, 16],
  v: [8, 16],
  o: [16, 16],
  a: [2, 16],
  b: [16, 2],
  gate: [24, 16], // prettier-ignore
  up: [24, 16],
  down: [16, 24], // prettier-ignore
}

const backends = ['cpu', ...(nativeIsas().length > 0 ? ['native'] : [])] as ('cpu' | 'native')[]

describe.each(backends)('training on %s', (backend) => {
  beforeAll(() => initBackend({ backend, threads: 2 }))

  // Plain JavaScript is slow: it shows the same in fewer steps.
  const steps = backend === 'native' ? 50 : 12

  test(`${steps} steps learn, and leave as many tensors as they found`, () => {
    const random = keyedRandom('leaks')
    const weights = Object.fromEntries(
      Object.entries(sizes).map(([name, size]) => {
        const variable = tf.tidy(() => tf.variable(tf.tensor2d(randomArray(random, size[0] * size[1], 0.2), size)))
        return [name, variable as unknown as tf.Tensor2D & tf.Variable]
      }),
    )
    const norm = tf.tidy(() => tf.variable(tf.ones([16]))) as tf.Tensor1D & tf.Variable
    const parameters = [...Object.values(weights), norm]
    const moments = parameters.map((p) => tf.tidy(() => [tf.variable(tf.zerosLike(p)), tf.variable(tf.zerosLike(p))]))
    const labels = Int32Array.of(3, 1, 4, 1, 5, 9)
    const loss = (): tf.Scalar => {
      const x = embedding(tokens, weights.table)
      const h = rmsNorm(x, norm, 1e-6)
      const turned = (w: tf.Tensor2D) => rotary(linear(h, w), layout.positions, frequencies)
      const mixed = attention(turned(weights.q), turned(weights.k), linear(h, weights.v), layout, shape)
      const y = tf.add(x, linear(mixed, weights.o, { lora: { a: weights.a, b: weights.b, scale: 2 } })) as tf.Tensor2D
      // Enough rows for the kernels of a layer's parts.
      const many = Int32Array.from({ length: 260 }, (_, i) => i % layout.tokens)
      const heads = { q: { weight: weights.q }, k: { weight: weights.k }, v: { weight: weights.v } }
      const angles = { positions: many, frequencies, scaling: 1 }
      const projected = projectHeads(selectRows(y, many), { norm, eps: 1e-6, ...heads }, angles)
      const z = selectRows(
        mlpBlock(projected.x, { norm, gate: weights.gate, up: weights.up, down: weights.down }, 1e-6),
        layout.positions.map((_, i) => i),
      )
      const first = selectRows(projected.q, Int32Array.of(0)) // k and v have no gradient of their own
      const rows = selectRows(tf.add(tf.add(y, z), tf.mean(first)), Int32Array.of(0, 1, 2, 5, 6, 9))
      return tf.neg(tf.mean(tokenLogprobs(rows, weights.table, labels, 1).logprobs)) as tf.Scalar
    }
    const options = { learningRate: 0.01, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0.01 }
    const losses: number[] = []
    const counts = new Set<string>()
    for (let step = 1; step <= steps; step++) {
      const { value, grads } = tf.variableGrads(loss, parameters)
      const gradients = parameters.map((parameter) => grads[parameter.name])
      const clipScale = Math.min(1, 1 / gradientNorm(gradients))
      const state = parameters.map((p, i) => ({ value: p, gradient: gradients[i], m: moments[i][0], v: moments[i][1], decay: true })) // prettier-ignore
      adamW(state, { ...options, step, clipScale })
      losses.push(value.dataSync()[0])
      tf.dispose([value, grads])
      const { numTensors, numDataBuffers } = tf.memory()
      counts.add(`${numTensors} tensors, ${numDataBuffers} buffers, ${tf.backend().numDataIds()} in the backend`)
    }
    expect(losses[steps - 1]).toBeLessThan(losses[0] * (steps === 50 ? 0.5 : 0.9))
    expect([...counts]).toHaveLength(1)
    tf.dispose([...parameters, ...moments.flat()])
  })

  test('a cache leaves nothing behind', () => {
    const before = tf.memory().numTensors
    const cache = createKvCache({
      ...shape,
      layers: 1,
      prompts: [{ length: 3 }],
      sequences: [{ prompt: 0, maxNew: 2 }],
    })
    tf.tidy(() => {
      cache.storePrompt(0, tf.ones([3, 8]), tf.ones([3, 8]))
      const y = cache.attend(0, tf.ones([1, 16]), tf.ones([1, 8]), tf.ones([1, 8]), Int32Array.of(0))
      expect([...y.dataSync()]).toEqual(new Array(16).fill(1))
    })
    cache.dispose()
    expect(tf.memory().numTensors).toBe(before)
  })
})
