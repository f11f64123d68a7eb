import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import { keyedRandom } from '../../src/lib/keyedRandom.js'
import { embedding } from '../../src/ops/embedding.js'
import { initBackend } from '../../src/ops/initBackend.js'
import { linear } from '../../src/ops/linear.js'
import { memoryUsage } from '../../src/ops/memoryUsage.js'
import { sumGradients } from '../../src/ops/sumGradients.js'
import { tokenLogprobs } from '../../src/ops/tokenLogprobs.js'
import { variableGradients } from '../../src/ops/variableGradients.js'
import { withCancelFlag } from '../../src/ops/withCancelFlag.js'
import { nativeIsas } from './support/nativeIsas.js'
import { randomArray } from './support/randomArray.js'

const [vocab, width, rank] = [40, 16, 3]
const backends = ['cpu', ...(nativeIsas().length > 0 ? (['native'] as const) : [])] as const

/** A table that is embedding and head at once, a matrix with a bias and a low-rank part, a vector that only plain ops meet. */
function makeWeights() {
  const random = keyedRandom('sums')
  const matrix = (rows: number, columns: number) =>
    tf.variable(tf.tensor2d(randomArray(random, rows * columns, 0.5), [rows, columns]))
  const [table, weight, a, b] = [matrix(vocab, width), matrix(width, width), matrix(rank, width), matrix(width, rank)]
  const [bias, scale] = [0.1, 1].map((value) => tf.variable(tf.fill([width], value) as tf.Tensor1D))
  return { table, weight, a, b, bias, scale }
}
type Weights = ReturnType<typeof makeWeights>

/** @param midway called in the backward pass, between its two halves */
function gradientsOf(
  { table, weight, a, b, bias, scale }: Weights,
  seed: number,
  known: boolean,
  midway = () => {},
): tf.NamedTensorMap {
  const random = keyedRandom('batch', seed)
  const ids = () => Int32Array.from({ length: 9 }, () => random.integer(vocab))
  const [tokens, labels, dy] = [ids(), ids(), randomArray(random, 9, 1)]
  const pause = tf.customGrad((x) => {
    const gradFunc = (dy: tf.Tensor) => {
      midway()
      return tf.clone(dy)
    }
    return { value: tf.clone(x as tf.Tensor), gradFunc }
  })
  const { value, grads } = variableGradients(() => {
    const x = tf.mul(embedding(tokens, table), scale) as tf.Tensor2D
    const hidden = linear(pause(x) as tf.Tensor2D, weight, { bias, lora: { a, b, scale: 2 } })
    const options = { frozenHead: false, knownGradient: known ? dy : undefined }
    const { logprobs } = tokenLogprobs(hidden, table, labels, 1, options)
    return tf.sum(tf.mul(logprobs, tf.tensor1d(dy))) as tf.Scalar
  }, [table, weight, a, b, bias, scale])
  value.dispose()
  return grads
}

describe.each(backends)('gradients summed on backend %s', (backend) => {
  test.each([false, true])('are those of the passes, added (gradient of log p known before: %s)', async (known) => {
    await initBackend({ backend, threads: 2 })
    const weights = makeWeights()
    const passes = [1, 2, 3].map((seed) => gradientsOf(weights, seed, known))
    let sums: ReadonlyMap<string, tf.Tensor> = new Map()
    for (const seed of [1, 2, 3])
      sums = sumGradients(Object.values(weights), sums, () => gradientsOf(weights, seed, known))
    expect(sums.size).toBe(6)
    for (const [name, sum] of sums) {
      const expected = tf.addN(passes.map((gradients) => gradients[name])).dataSync()
      const worst = Math.max(...sum.dataSync().map((value, i) => Math.abs(value - expected[i])))
      expect(worst).toBeLessThan(1e-5)
      expect(Math.max(...expected.map(Math.abs))).toBeGreaterThan(0.01)
    }
    tf.disposeVariables()
  })
})

test.each(backends)('a pass that fails leaves no tensor behind on backend %s', async (backend) => {
  await initBackend({ backend, threads: 2 })
  const weights = makeWeights()
  const before = tf.memory().numTensors
  const held = sumGradients(Object.values(weights), new Map(), () => gradientsOf(weights, 1, false))
  const fail = () => {
    throw new Error('at once')
  }
  expect(() => sumGradients(Object.values(weights), held, fail)).toThrow('at once')
  expect(tf.memory().numTensors).toBe(before)
  tf.disposeVariables()
})

describe.skipIf(nativeIsas().length === 0)('on the native backend', () => {
  test('later passes need no memory of their own, and a pass that fails leaves none', async () => {
    await initBackend({ backend: 'native', threads: 2 })
    const weights = makeWeights()
    const all = Object.values(weights)
    tf.dispose(gradientsOf(weights, 1, true)) // packs the weights, and keeps that
    const [before, tensors] = [memoryUsage()!.usedBytes, tf.memory().numTensors]
    const held = [1, 2].reduce<ReadonlyMap<string, tf.Tensor>>(
      (sums, seed) => sumGradients(all, sums, () => gradientsOf(weights, seed, true)),
      new Map(),
    )
    const floats = all.reduce((count, { size }) => count + size, 0)
    expect(memoryUsage()!.usedBytes - before).toBe(4 * floats)
    // Cancelled from here on, as by another thread.
    const flag = new Int32Array(new SharedArrayBuffer(4))
    const fail = () => gradientsOf(weights, 3, true, () => (flag[0] = 1))
    const pass = async () => sumGradients(all, held, fail)
    await expect(withCancelFlag(flag, pass)).rejects.toThrow('cancelled')
    expect(memoryUsage()!.usedBytes).toBe(before)
    expect(tf.memory().numTensors).toBe(tensors)
    // and gradients are plain tensors again
    const alone = gradientsOf(weights, 1, true)
    expect(alone[weights.weight.name].dataSync().some((value) => value !== 0)).toBe(true)
    tf.dispose(alone)
    tf.disposeVariables()
  })
})
