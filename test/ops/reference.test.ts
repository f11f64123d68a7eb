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
import { rmsNorm } from '../../src/ops/rmsNorm.js'
import { rotary } from '../../src/ops/rotary.js'
import { rowLogSumExp } from '../../src/ops/rowLogSumExp.js'
import { selectRows } from '../../src/ops/selectRows.js'
import { swiGlu } from '../../src/ops/swiGlu.js'
import { tokenLogprobs } from '../../src/ops/tokenLogprobs.js'
import { expectGradients } from './support/expectGradients.js'
import { randomArray } from './support/randomArray.js'

const close = (found: ArrayLike<number>, expected: readonly number[], digits = 5) => {
  expect(found.length).toBe(expected.length)
  expected.forEach((value, i) => expect(found[i]).toBeCloseTo(value, digits))
}

const flat = (x: tf.Tensor) => tf.reshape(x, [-1]) as tf.Tensor1D

describe.each(['cpu', 'wasm', 'native'] as const)('reference ops on %s', (backend) => {
  beforeAll(async () => {
    const info = await initBackend({ backend, threads: 1 })
    expect(info.name).toBe(backend)
    expect(tf.getBackend()).toBe(backend)
  })

  test('linear with bias and low-rank part', () => {
    // x = [1, 2]; W rows [1, 0], [0, 1], [1, 1] give 1, 2, 3; bias adds 10; a·x = 3, b·3·0.5 = [1.5, 3, 4.5]
    const y = linear(
      tf.tensor2d([[1, 2]]),
      tf.tensor2d([
        [1, 0],
        [0, 1],
        [1, 1],
      ]),
      {
        // prettier-ignore
        bias: tf.tensor1d([10, 10, 10]),
        lora: { a: tf.tensor2d([[1, 1]]), b: tf.tensor2d([[1], [2], [3]]), scale: 0.5 },
      },
    )
    close(y.dataSync(), [12.5, 15, 17.5])
    expectGradients(
      (x, w, bias, a, b) => linear(x, w, { bias: flat(bias), lora: { a, b, scale: 0.7 } }),
      [
        [3, 4],
        [5, 4],
        [1, 5],
        [2, 4],
        [5, 2], // prettier-ignore
      ],
    )
  })

  test('rmsNorm', () => {
    // mean of squares of [3, 4] is 12.5; 3 / 3.53553 = 0.84853, 4 / 3.53553 = 1.13137
    close(rmsNorm(tf.tensor2d([[3, 4]]), tf.tensor1d([1, 2]), 0).dataSync(), [0.848528, 2.262742])
    expectGradients((x, w) => rmsNorm(x, flat(w), 1e-6), [[3, 8], [1, 8]]) // prettier-ignore
  })

  test('rotary turns each pair by position · frequency', () => {
    // One head of 4: pairs (1, 3) and (2, 4); at position 1 the angles are π/2 and 0: (−3, 1) and (2, 4)
    const y = rotary(tf.tensor2d([[1, 2, 3, 4]]), Int32Array.of(1), Float32Array.of(Math.PI / 2, 0))
    close(y.dataSync(), [-3, 2, 1, 4])
    const frequencies = Float32Array.of(1, 0.1)
    expectGradients((x) => rotary(x, Int32Array.of(0, 3, 7), frequencies, 1.2), [[3, 8]])
  })

  test('swiGlu', () => {
    // silu(1) = 1 / (1 + e^−1) = 0.731059
    close(swiGlu(tf.tensor2d([[1, 0]]), tf.tensor2d([[2, 5]])).dataSync(), [1.462117, 0])
    expectGradients((gate, up) => swiGlu(gate, up), [[3, 5], [3, 5]]) // prettier-ignore
  })

  test('embedding and selectRows add repeated rows up in the gradient', () => {
    close(embedding(Int32Array.of(1, 0, 1), tf.tensor2d([[1, 2], [3, 4]])).dataSync(), [3, 4, 1, 2, 3, 4]) // prettier-ignore
    const gradient = tf.grad((x) => tf.sum(selectRows(x as tf.Tensor2D, Int32Array.of(2, 0, 2))))(tf.zeros([3, 2]))
    close(gradient.dataSync(), [1, 1, 0, 0, 2, 2])
    expect(() => embedding(Int32Array.of(5), tf.zeros([2, 2]))).toThrow(/tokens\[0\]: found 5, allowed 0 to 1/)
  })

  test('attention of completions that share a prompt equals attention of each whole sequence', () => {
    const shape = { heads: 4, kvHeads: 2, headDim: 4 }
    const random = keyedRandom('prefix')
    const shared = makeSequenceLayout([
      { length: 3 },
      { length: 2, prefix: 0 },
      { length: 4, prefix: 0 },
      { length: 2 },
    ])
    const [q, k, v] = [16, 8, 8].map((width) => tf.tensor2d(randomArray(random, 11 * width), [11, width]))
    const together = attention(q, k, v, shared, shape)
    for (const rows of [
      [0, 1, 2, 3, 4],
      [0, 1, 2, 5, 6, 7, 8],
      [9, 10],
    ]) {
      // prettier-ignore
      const own = Int32Array.from(rows)
      const alone = attention(
        selectRows(q, own),
        selectRows(k, own),
        selectRows(v, own), // prettier-ignore
        makeSequenceLayout([{ length: rows.length }]),
        shape,
      )
      close(alone.dataSync(), Array.from(selectRows(together, own).dataSync()))
    }
    expectGradients((q, k, v) => attention(q, k, v, shared, shape), [[11, 16], [11, 8], [11, 8]]) // prettier-ignore
  })

  test('attention of the second token mixes by softmax', () => {
    // q2·k1 = 0, q2·k2 = 2, over sqrt(1): weights 1/(1+e²) = 0.119203, 0.880797; values 10 and 20
    const layout = makeSequenceLayout([{ length: 2 }])
    const y = attention(tf.tensor2d([[1], [2]]), tf.tensor2d([[0], [1]]), tf.tensor2d([[10], [20]]), layout, {
      heads: 1,
      kvHeads: 1,
      headDim: 1,
    })
    close(y.dataSync(), [10, 18.80797], 4)
  })

  test('tokenLogprobs: log-probability, entropy and argmax', () => {
    // Logits [1, 2, 3] at temperature 2: 0.5, 1, 1.5; log Σ e^z = 2.180270
    const head = tf.tensor2d([[1], [2], [3]])
    const { logprobs, entropy, argmax } = tokenLogprobs(tf.tensor2d([[1]]), head, Int32Array.of(0), 2)
    close(logprobs.dataSync(), [0.5 - 2.18027])
    const p = [0.5, 1, 1.5].map((z) => Math.exp(z - 2.18027))
    close(entropy, [-p.reduce((sum, q) => sum + q * Math.log(q), 0)])
    expect([...argmax]).toEqual([2])
    close(rowLogSumExp(tf.tensor2d([[1, 2, 3]]), 2), [2.18027])
    expectGradients((h, w) => tokenLogprobs(h, w, Int32Array.of(0, 4, 2), 0.9).logprobs, [[3, 4], [7, 4]]) // prettier-ignore
  })

  test('adamW: two steps by hand', () => {
    const value = tf.variable(tf.tensor1d([1]))
    const [m, v] = [tf.variable(tf.zeros([1])), tf.variable(tf.zeros([1]))]
    const options = { learningRate: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.5, clipScale: 0.5 }
    // Step 1: 1 − 0.1·0.5·1 = 0.95; g = 4·0.5 = 2; m̂/sqrt(v̂) = 1; 0.95 − 0.1 = 0.85
    adamW([{ value, gradient: tf.tensor1d([4]), m, v, decay: true }], { ...options, step: 1 })
    close(value.dataSync(), [0.85])
    // Step 2, no decay: m = 0.9·0.2 + 0.1·−1 = 0.08, m̂ = 0.08/0.19; v = 0.999·0.004 + 0.001 = 0.004996, v̂ = …/0.001999
    adamW([{ value, gradient: tf.tensor1d([-2]), m, v, decay: false }], { ...options, step: 2 })
    close(value.dataSync(), [0.85 - (0.1 * (0.08 / 0.19)) / Math.sqrt(0.004996 / 0.001999)])
    tf.dispose([value, m, v])
  })

  test('gradientNorm', () => {
    expect(gradientNorm([tf.tensor1d([3, 0]), tf.tensor2d([[4]])])).toBe(5)
  })

  test('KvCache continues prompts as attention does', () => {
    const shape = { heads: 4, kvHeads: 2, headDim: 4 }
    const random = keyedRandom('cache')
    const layout = makeSequenceLayout([
      { length: 2 },
      { length: 3 },
      { length: 2, prefix: 1 },
      { length: 1, prefix: 1 },
    ])
    const [q, k, v] = [16, 8, 8].map((width) => tf.tensor2d(randomArray(random, 8 * width), [8, width]))
    const expected = attention(q, k, v, layout, shape)
    const cache = createKvCache({
      ...shape,
      layers: 1,
      prompts: [{ length: 2 }, { length: 3 }],
      sequences: [{ prompt: 1, maxNew: 2 }, { prompt: 1, maxNew: 1 }], // prettier-ignore
    })
    const rows = (x: tf.Tensor2D, ...index: number[]) => selectRows(x, Int32Array.from(index))
    cache.storePrompt(0, rows(k, 0, 1, 2, 3, 4), rows(v, 0, 1, 2, 3, 4))
    const both = Int32Array.of(0, 1)
    const first = cache.attend(0, rows(q, 5, 7), rows(k, 5, 7), rows(v, 5, 7), both)
    close(first.dataSync(), Array.from(rows(expected, 5, 7).dataSync()))
    cache.advance(both)
    const second = cache.attend(0, rows(q, 6), rows(k, 6), rows(v, 6), Int32Array.of(0))
    close(second.dataSync(), Array.from(rows(expected, 6).dataSync()))
    expect(() => cache.attend(0, rows(q, 6), rows(k, 6), rows(v, 6), Int32Array.of(1))).toThrow(/room for 1/)
    cache.dispose()
  })

  test('a wrong shape is named', () => {
    expect(() => linear(tf.zeros([2, 3]), tf.zeros([4, 5]))).toThrow('linear x: found shape [2, 3], expected [any, 5]')
  })
})

test('a backend that cannot be used is an InputError with its reasons', async () => {
  const asked = initBackend({ backend: 'tensorflow', threads: 1 })
  const outcome = await asked.then(() => null).catch((error: Error) => error)
  if (outcome === null) return // TensorFlow is installed here: nothing to refuse.
  expect(outcome).toMatchObject({ name: 'InputError', exitCode: 2 })
  expect(outcome.message).toMatch(/engine.backend: tensorflow cannot be used here/)
})
