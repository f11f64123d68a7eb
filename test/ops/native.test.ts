import * as tf from '@tensorflow/tfjs-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { keyedRandom } from '../../src/lib/keyedRandom.js'
import { adamW, adamWReference } from '../../src/ops/adamW.js'
import { attention, attentionReference } from '../../src/ops/attention.js'
import type { AttentionShape } from '../../src/ops/AttentionShape.js'
import { activeNative } from '../../src/ops/backends/activeNative.js'
import { drawToken, drawTokenReference } from '../../src/ops/drawToken.js'
import { embedding, embeddingReference } from '../../src/ops/embedding.js'
import { gradientNorm, gradientNormReference } from '../../src/ops/gradientNorm.js'
import { linear, linearReference } from '../../src/ops/linear.js'
import { makeSequenceLayout } from '../../src/ops/makeSequenceLayout.js'
import { mlpBlock, mlpBlockReference } from '../../src/ops/mlpBlock.js'
import { projectHeads, projectHeadsReference } from '../../src/ops/projectHeads.js'
import { rmsNorm, rmsNormReference } from '../../src/ops/rmsNorm.js'
import { rotary, rotaryReference } from '../../src/ops/rotary.js'
import { rowLogSumExp, rowLogSumExpReference } from '../../src/ops/rowLogSumExp.js'
import { selectRows, selectRowsReference } from '../../src/ops/selectRows.js'
import { swiGlu, swiGluReference } from '../../src/ops/swiGlu.js'
import { tokenLogprobs, tokenLogprobsReference } from '../../src/ops/tokenLogprobs.js'
import { useDtype } from '../../src/ops/useDtype.js'
import { nativeIsas } from './support/nativeIsas.js'
import { randomArray } from './support/randomArray.js'
import { useNative } from './support/useNative.js'

type Op = (...inputs: tf.Tensor2D[]) => tf.Tensor

/** The nearest bfloat16 of each element, ties to even. */
function rounded<T extends tf.Tensor>(x: T): T {
  const bits = new Uint32Array((x.dataSync() as Float32Array).slice().buffer)
  bits.forEach((word, i) => (bits[i] = (word + 0x7fff + ((word >>> 16) & 1)) & 0xffff0000))
  return tf.tensor(new Float32Array(bits.buffer), x.shape) as T
}

const flat = (x: tf.Tensor) => tf.reshape(x, [-1]) as tf.Tensor1D

/** Largest difference over the largest magnitude of what is expected (at least 0.1: inputs are of order 1). */
function relativeError(found: tf.Tensor, expected: tf.Tensor): number {
  expect(found.shape).toEqual(expected.shape)
  const [a, b] = [found.dataSync(), expected.dataSync()]
  let [difference, size] = [0, 0.1]
  for (let i = 0; i < b.length; i++) {
    difference = Math.max(difference, Number.isFinite(a[i]) ? Math.abs(a[i] - b[i]) : Infinity)
    size = Math.max(size, Math.abs(b[i]))
  }
  return difference / size
}

/** Value and every gradient of the kernel against the reference's, on random inputs and a random upstream gradient. */
function expectAgreement(op: Op, reference: Op, shapes: number[][], tolerance = 2e-5): void {
  const random = keyedRandom('agreement', JSON.stringify(shapes))
  tf.tidy(() => {
    const inputs = shapes.map((shape) => tf.tensor(randomArray(random, shape[0] * shape[1]), shape as [number, number]))
    const expected = reference(...(inputs as tf.Tensor2D[]))
    const upstream = tf.tensor(randomArray(random, expected.size), expected.shape)
    expect(
      relativeError(op(...(inputs as tf.Tensor2D[])), expected),
      `value of ${JSON.stringify(shapes)}`,
    ).toBeLessThan(tolerance)
    const gradients = (f: Op) => tf.grads((...x) => f(...(x as tf.Tensor2D[])))(inputs, upstream)
    const [found, wanted] = [gradients(op), gradients(reference)]
    found.forEach((gradient, i) =>
      expect(relativeError(gradient, wanted[i]), `gradient ${i} of ${JSON.stringify(shapes)}`).toBeLessThan(tolerance),
    )
  })
}

const randomMatrices = (name: string, shapes: number[][]): tf.Tensor2D[] => {
  const random = keyedRandom(name, JSON.stringify(shapes))
  return shapes.map(([rows, columns]) => tf.tensor2d(randomArray(random, rows * columns), [rows, columns]))
}

const mlpOf =
  (f: typeof mlpBlock): Op =>
  (x, norm, gate, up, down) =>
    f(x, { norm: flat(norm), gate, up, down }, 1e-6)
const mlpShapes = (rows: number, width: number, inner: number) =>
  [[rows, width], [1, width], [inner, width], [inner, width], [width, inner]] // prettier-ignore

/** Odd sizes; all biases, some, or none. */
const headCases = [
  { rows: 256, width: 3, heads: 1, kvHeads: 1, headDim: 2, biases: [] as number[] },
  { rows: 301, width: 33, heads: 3, kvHeads: 1, headDim: 10, biases: [0, 2] },
  { rows: 1030, width: 70, heads: 2, kvHeads: 2, headDim: 36, biases: [0, 1, 2] },
]
type HeadCase = (typeof headCases)[number]

/** All of projectHeads' outputs side by side, so that each has a gradient. Inputs: x, norm, q, k, v, then the biases. */
const headsOf =
  (f: typeof projectHeads, { headDim, biases }: HeadCase, from = 0): Op =>
  (x, norm, ...rest) => {
    const positions = Int32Array.from({ length: x.shape[0] }, (_, t) => ((from + t) * 7) % 100)
    const frequencies = Float32Array.from({ length: headDim / 2 }, (_, i) => 10_000 ** ((-2 * i) / headDim))
    const [q, k, v] = [0, 1, 2].map((i) => ({
      weight: rest[i],
      bias: biases.includes(i) ? flat(rest[3 + biases.indexOf(i)]) : undefined,
    }))
    const heads = f(x, { norm: flat(norm), eps: 1e-6, q, k, v }, { positions, frequencies, scaling: 1.1 })
    return tf.concat2d([heads.x, heads.q, heads.k, heads.v], 1)
  }
const headShapes = ({ rows, width, heads, kvHeads, headDim, biases }: HeadCase) => {
  const widths = [heads, kvHeads, kvHeads].map((count) => count * headDim)
  return [[rows, width], [1, width], ...widths.map((w) => [w, width]), ...biases.map((i) => [1, widths[i]])]
}

/** Attention and its gradients against the reference; of bfloat16 products, within what their rounding may do. */
function expectAttention(shape: AttentionShape, segments: { length: number; prefix?: number }[]): void {
  const layout = makeSequenceLayout(segments)
  const of =
    (f: typeof attention): Op =>
    (q, k, v) =>
      f(q, k, v, layout, shape)
  const [width, kv] = [shape.heads * shape.headDim, shape.kvHeads * shape.headDim]
  const shapes = [width, kv, kv].map((w) => [layout.tokens, w])
  expectAgreement(of(attention), of(attentionReference), shapes, 5e-5)

  useDtype('bfloat16', false)
  const random = keyedRandom('half', layout.tokens)
  const [q, k, v, dy] = [...shapes, shapes[0]].map(([n, w]) => tf.tensor2d(randomArray(random, n * w), [n, w]))
  const gradients = (f: typeof attention) => tf.grads((...x) => of(f)(...(x as tf.Tensor2D[])))([q, k, v], dy)
  const expected = gradients(attentionReference)
  gradients(attention).forEach((gradient, i) => expect(relativeError(gradient, expected[i])).toBeLessThan(2e-2))
  useDtype('float32', false)
}

const isas = nativeIsas()

describe.skipIf(isas.length === 0).each(isas)('native kernels (%s) agree with the reference', (isa) => {
  beforeAll(() => useNative(isa, 2))

  test('exp, to 2 units in the last place', () => {
    const x = Float32Array.from({ length: 20_001 }, (_, i) => (i - 10_000) / 115)
    const y = new Float32Array(x.length)
    activeNative()!.addon.exp(x, y)
    const error = y.reduce((most, value, i) => Math.max(most, Math.abs(value / Math.exp(x[i]) - 1)), 0)
    expect(error).toBeLessThan(2.4e-7)
    activeNative()!.addon.exp(Float32Array.of(-Infinity, -100, 0, NaN), y.subarray(0, 4))
    expect([...y.subarray(0, 4)]).toEqual([0, 0, 1, NaN])
  })

  test.each([
    [1, 1, 1],
    [1, 7, 33],
    [7, 33, 7],
    [33, 50, 65],
    [130, 300, 40],
    [257, 20, 515],
  ])('linear %i rows, %i in, %i out', (rows, inputs, out) => {
    expectAgreement((x, w) => linear(x, w), (x, w) => linearReference(x, w), [[rows, inputs], [out, inputs]]) // prettier-ignore
    const full =
      (f: typeof linear): Op =>
      (x, w, bias, a, b) =>
        f(x, w, { bias: flat(bias), lora: { a, b, scale: 0.7 } })
    expectAgreement(full(linear), full(linearReference), [
      [rows, inputs],
      [out, inputs],
      [1, out],
      [3, inputs],
      [out, 3], // prettier-ignore
    ])
  })

  afterEach(() => expect(useDtype('float32', false)).toBe('float32'))

  describe('bfloat16: operands rounded, sums in float32', () => {
    beforeEach(() => expect(useDtype('bfloat16', false)).toBe('bfloat16'))

    // Inputs that bfloat16 holds exactly: then only the order of the sums differs from the reference's.
    const exact = (x: tf.Tensor2D) => tf.customGrad((y) => ({ value: rounded(y as tf.Tensor), gradFunc: (dy: tf.Tensor) => rounded(dy) }))(x) as tf.Tensor2D // prettier-ignore
    const onExact = (op: Op): Op => (...inputs) => exact(op(...inputs.map(exact)) as tf.Tensor2D) // prettier-ignore

    test.each([
      [1, 1, 1],
      [1, 7, 33],
      [7, 33, 7],
      [33, 50, 65],
      [130, 300, 40],
      // Sums in several parts.
      [7, 1300, 70],
      [200, 2700, 33],
    ])('linear %i rows, %i in, %i out', (rows, inputs, out) => {
      // The result is rounded as well, so that the gradient that comes in is exact; rounding may go either way.
      expectAgreement(onExact((x, w) => linear(x, w)), onExact((x, w) => linearReference(x, w)), [[rows, inputs], [out, inputs]], 8e-3) // prettier-ignore
      const [x, w] = [
        [rows, inputs],
        [out, inputs],
      ].map((shape) => rounded(tf.tensor2d(randomArray(keyedRandom('half'), shape[0] * shape[1]), shape as [number, number]))) // prettier-ignore
      expect(relativeError(linear(x, w), linearReference(x, w))).toBeLessThan(2e-5)
    })

    test('a product differs from float32 by the rounding of its operands, and not by more', () => {
      const [x, w] = [70, 50].map((rows) => tf.tensor2d(randomArray(keyedRandom('rounding', rows), rows * 129), [rows, 129])) // prettier-ignore
      const error = relativeError(linear(x, w), linearReference(x, w))
      expect(error).toBeGreaterThan(1e-4)
      expect(error).toBeLessThan(8e-3)
      expect(relativeError(linear(x, w), linearReference(rounded(x), rounded(w)))).toBeLessThan(2e-5)
      const special = tf.tensor2d([Infinity, -Infinity, NaN, 3.4e38], [4, 1])
      expect([...linear(special, tf.tensor2d([[1]])).dataSync()]).toEqual([Infinity, -Infinity, NaN, Infinity])
    })

    // Odd sizes, several shares of rows, and more columns than the gradient takes at once.
    test.each([
      [256, 1, 1],
      [257, 33, 71],
      [301, 20, 333],
      [1030, 12, 416],
    ])(
      'mlpBlock %i rows, %i wide, %i within: its gradients, which keep gate and up as bfloat16',
      (rows, width, inner) => expectAgreement(mlpOf(mlpBlock), mlpOf(mlpBlockReference), mlpShapes(rows, width, inner), 2e-2), // prettier-ignore
    )

    test.each(headCases)('projectHeads %j: its gradients', (size) => {
      expectAgreement(headsOf(projectHeads, size), headsOf(projectHeadsReference, size), headShapes(size), 2e-2)
    })

    test('tokenLogprobs', () => {
      const [hidden, head] = [
        [60, 21],
        [1100, 21],
      ].map((shape) => rounded(tf.tensor2d(randomArray(keyedRandom('head', shape[0]), shape[0] * shape[1]), shape as [number, number]))) // prettier-ignore
      const labels = Int32Array.from({ length: 60 }, (_, i) => (i * 37) % 1100)
      const of = (f: typeof tokenLogprobs) => (h: tf.Tensor2D, w: tf.Tensor2D) => f(h, w, labels, 0.8).logprobs
      expect(relativeError(of(tokenLogprobs)(hidden, head), of(tokenLogprobsReference)(hidden, head))).toBeLessThan(5e-5) // prettier-ignore
      const gradients = (f: typeof tokenLogprobs) => tf.grads((h, w) => of(f)(h as tf.Tensor2D, w as tf.Tensor2D))([hidden, head]) // prettier-ignore
      const [found, wanted] = [gradients(tokenLogprobs), gradients(tokenLogprobsReference)]
      found.forEach((gradient, i) => expect(relativeError(gradient, wanted[i])).toBeLessThan(8e-3))
    })
  })

  test('matMul of every turn, batched too', () => {
    const random = keyedRandom('matMul')
    const turned = (x: tf.Tensor) => tf.transpose(x, x.rank === 3 ? [0, 2, 1] : [1, 0])
    for (const batch of [[], [3]]) {
      const make = (rows: number, columns: number) => {
        const shape = [...batch, rows, columns]
        return tf.tensor(randomArray(random, tf.util.sizeFromShape(shape)), shape as [number, number])
      }
      const [a, b] = [make(20, 33), make(33, 17)]
      const expected = tf.sum(tf.mul(tf.expandDims(a, -2), tf.expandDims(turned(b), -3)), -1)
      expect(relativeError(tf.matMul(a, b), expected)).toBeLessThan(1e-5)
      expect(relativeError(tf.matMul(turned(a), b, true, false), expected)).toBeLessThan(1e-5)
      expect(relativeError(tf.matMul(a, turned(b), false, true), expected)).toBeLessThan(1e-5)
      expect(relativeError(tf.matMul(turned(a), turned(b), true, true), expected)).toBeLessThan(1e-5)
    }
  })

  test.each([
    [1, 1],
    [7, 33],
    [65, 64],
    [3, 1000],
  ])('rmsNorm %i × %i', (rows, width) => {
    // prettier-ignore
    const of =
      (f: typeof rmsNorm): Op =>
      (x, w) =>
        f(x, flat(w), 1e-6)
    expectAgreement(of(rmsNorm), of(rmsNormReference), [[rows, width], [1, width]]) // prettier-ignore
  })

  test.each([
    [1, 1, 2],
    [7, 3, 6],
    [130, 2, 64],
  ])('rotary %i tokens, %i heads of %i', (tokens, heads, headDim) => {
    // prettier-ignore
    const positions = Int32Array.from({ length: tokens }, (_, t) => (t * 7) % 100)
    const frequencies = Float32Array.from({ length: headDim / 2 }, (_, i) => 10_000 ** ((-2 * i) / headDim))
    const of =
      (f: typeof rotary): Op =>
      (x) =>
        f(x, positions, frequencies, 1.1)
    expectAgreement(of(rotary), of(rotaryReference), [[tokens, heads * headDim]])
  })

  test.each([
    [1, 1],
    [33, 7],
    [200, 333],
  ])('swiGlu %i × %i', (rows, width) => {
    // prettier-ignore
    expectAgreement(swiGlu, swiGluReference, [[rows, width], [rows, width]]) // prettier-ignore
  })

  test.each([
    [256, 1, 1],
    [257, 33, 70],
    [300, 20, 333],
  ])(
    'mlpBlock %i rows, %i wide, %i within: the reference, and the bits of the ops one after the other',
    (rows, width, inner) => {
      const shapes = mlpShapes(rows, width, inner)
      expectAgreement(mlpOf(mlpBlock), mlpOf(mlpBlockReference), shapes, 5e-5)
      for (const dtype of ['float32', 'bfloat16'] as const) {
        useDtype(dtype, false)
        const [x, norm, gate, up, down] = randomMatrices('mlp', shapes)
        const normed = rmsNorm(x, flat(norm), 1e-6)
        const single = linear(swiGlu(linear(normed, gate), linear(normed, up)), down, { residual: x })
        const run = (rows: tf.Tensor2D) => mlpOf(mlpBlock)(rows, norm, gate, up, down).dataSync()
        expect(run(x)).toEqual(single.dataSync())
        expect(run(tf.slice2d(x, [3, 0], [7, width]))).toEqual(tf.slice2d(single, [3, 0], [7, width]).dataSync())
      }
    },
  )

  test.each(headCases)('projectHeads %j: the reference, and the bits of the ops one after the other', (size) => {
    expectAgreement(headsOf(projectHeads, size), headsOf(projectHeadsReference, size), headShapes(size), 5e-5)
    for (const dtype of ['float32', 'bfloat16'] as const) {
      useDtype(dtype, false)
      const inputs = randomMatrices('heads', headShapes(size))
      const few = inputs.map((matrix, i) => (i === 0 ? tf.slice2d(matrix, [3, 0], [7, size.width]) : matrix))
      const all = headsOf(projectHeads, size)(...inputs) as tf.Tensor2D
      // Positions begin anew with the slice: they are the rows' own.
      const alone = headsOf(projectHeads, size, 3)(...few)
      expect(alone.dataSync()).toEqual(tf.slice2d(all, [3, 0], [7, all.shape[1]]).dataSync())
    }
  })

  test.each(['float32', 'bfloat16'] as const)('mlpBlock in %s: gradients of some weights alone', (dtype) => {
    useDtype(dtype, false)
    const [x, norm, gate, up, down, dy] = randomMatrices('some', [...mlpShapes(260, 12, 50), [260, 12]])
    const run = mlpOf(mlpBlock)
    const all = tf.grads((...w) => run(...(w as tf.Tensor2D[])))([x, norm, gate, up, down], dy)
    const only = (i: number) => {
      const inputs = [x, norm, gate, up, down]
      return tf.grad((w) => run(...(inputs.with(i, w as tf.Tensor2D) as tf.Tensor2D[])))(inputs[i], dy)
    }
    for (const i of [0, 1, 2, 3, 4]) expect(only(i).dataSync()).toEqual(all[i].dataSync())
  })

  test.each(['float32', 'bfloat16'] as const)('projectHeads in %s: gradients of some weights alone', (dtype) => {
    useDtype(dtype, false)
    const size = headCases[1]
    const inputs = randomMatrices('some heads', headShapes(size))
    const run = headsOf(projectHeads, size)
    const [dy] = randomMatrices('dy', [run(...inputs).shape as [number, number]])
    const all = tf.grads((...w) => run(...(w as tf.Tensor2D[])))(inputs, dy)
    const only = (i: number) =>
      tf.grad((w) => run(...(inputs.with(i, w as tf.Tensor2D) as tf.Tensor2D[])))(inputs[i], dy)
    inputs.forEach((_, i) => expect(only(i).dataSync()).toEqual(all[i].dataSync()))
  })

  test('embedding and selectRows', () => {
    const rows = Int32Array.of(3, 0, 3, 3, 6)
    expectAgreement((x) => selectRows(x, rows), (x) => selectRowsReference(x, rows), [[7, 33]]) // prettier-ignore
    expectAgreement((x) => embedding(rows, x), (x) => embeddingReference(rows, x), [[7, 130]]) // prettier-ignore
  })

  test.each([
    { heads: 1, kvHeads: 1, headDim: 1 },
    { heads: 4, kvHeads: 2, headDim: 6 },
    { heads: 6, kvHeads: 2, headDim: 64 },
    { heads: 3, kvHeads: 3, headDim: 20 },
  ])('attention %o', (shape) => {
    for (const segments of [
      [{ length: 1 }],
      [{ length: 33 }, { length: 1 }, { length: 7 }],
      [{ length: 7 }, { length: 33, prefix: 0 }, { length: 1, prefix: 0 }],
      [{ length: 70 }, { length: 16 }, { length: 20, prefix: 1 }, { length: 60, prefix: 0 }, { length: 5, prefix: 1 }],
    ])
      expectAttention(shape, segments)
  })

  test.each([
    [[{ length: 7 }, { length: 1, prefix: 0 }, { length: 270, prefix: 0 }, { length: 9 }, { length: 5, prefix: 0 }]],
    [[{ length: 520 }, { length: 30, prefix: 0 }, { length: 0, prefix: 0 }, { length: 300, prefix: 0 }]],
  ])('attention whose gradient of keys is several sums: %j', (segments) => {
    expectAttention({ heads: 2, kvHeads: 1, headDim: 3 }, segments)
  })

  test.each([
    [1, 1, 2],
    [7, 33, 10],
    [60, 20, 1100],
    [9, 8, 2500],
  ])(
    // prettier-ignore
    'tokenLogprobs of %i rows, width %i, vocabulary %i',
    (rows, width, vocab) => {
      const random = keyedRandom('labels', rows)
      const labels = Int32Array.from({ length: rows }, () => random.integer(vocab))
      const of =
        (f: typeof tokenLogprobs): Op =>
        (h, w) =>
          f(h, w, labels, 0.8).logprobs
      expectAgreement(of(tokenLogprobs), of(tokenLogprobsReference), [[rows, width], [vocab, width]], 5e-5) // prettier-ignore
      const hidden = tf.tensor2d(randomArray(random, rows * width), [rows, width])
      const head = tf.tensor2d(randomArray(random, vocab * width), [vocab, width])
      const found = tokenLogprobs(hidden, head, labels, 0.8)
      const expected = tokenLogprobsReference(hidden, head, labels, 0.8)
      expect([...found.argmax]).toEqual([...expected.argmax])
      expect(relativeError(tf.tensor1d(found.entropy), tf.tensor1d(expected.entropy))).toBeLessThan(2e-5)
      const logits = linear(hidden, head)
      const [lse, wanted] = [rowLogSumExp(logits, 0.8), rowLogSumExpReference(logits, 0.8)]
      expect(relativeError(tf.tensor1d(lse), tf.tensor1d(wanted))).toBeLessThan(1e-6)

      const known = randomArray(random, rows)
      const gradients = (knownGradient?: Float32Array, frozenHead?: boolean) =>
        tf.grads((h, w) => tokenLogprobs(h as tf.Tensor2D, w as tf.Tensor2D, labels, 0.8, { knownGradient, frozenHead }).logprobs)([hidden, head], tf.tensor1d(known)) // prettier-ignore
      const bits = (tensors: tf.Tensor[]) => tensors.map((tensor) => Buffer.from(tensor.dataSync().slice().buffer))
      const expectedBits = bits(gradients())
      expect(bits(gradients(known)), 'the gradient known before the pass').toEqual(expectedBits)
      expect(bits(gradients(undefined, true)), 'one after the other').toEqual(expectedBits)
      const fused = tokenLogprobs(hidden, head, labels, 0.8, { knownGradient: known })
      expect(bits([fused.logprobs])).toEqual(bits([found.logprobs]))
      expect([fused.entropy, fused.argmax]).toEqual([found.entropy, found.argmax])
      expect(() => gradients(known.map((x) => x + 1))).toThrow(/not the one/)
    },
  )

  test('drawToken draws what its definition draws, and never what cannot be', () => {
    const random = keyedRandom('draws')
    for (const vocab of [1, 2, 7, 16, 1000, 5001]) {
      const logits = randomArray(random, vocab).map((x, i) => (i % 5 === 4 ? -Infinity : x * 4))
      for (let i = 0; i < 200; i++) {
        const uniform = (i + 0.5) / 200
        expect(drawToken(logits, 0.7, uniform)).toBe(drawTokenReference(logits, 0.7, uniform))
      }
      expect(logits[drawToken(logits, 0.7, 1 - 2 ** -32)]).toBeGreaterThan(-Infinity)
    }
  })

  test('adamW and gradientNorm', () => {
    const random = keyedRandom('adam')
    const [start, gradient] = [randomArray(random, 70_001), randomArray(random, 70_001)]
    const options = { learningRate: 0.1, beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.1, clipScale: 0.5 }
    const run = (step: typeof adamW) => {
      const value = tf.variable(tf.tensor1d(start))
      const [m, v] = [tf.variable(tf.zeros([start.length])), tf.variable(tf.zeros([start.length]))]
      for (const t of [1, 2, 3]) {
        step([{ value, gradient: tf.tensor1d(gradient), m, v, decay: true }], { ...options, step: t })
      }
      return value
    }
    expect(relativeError(run(adamW), run(adamWReference))).toBeLessThan(1e-6)
    const parts = [tf.tensor1d(gradient), tf.tensor1d(start)]
    expect(gradientNorm(parts) / gradientNormReference(parts)).toBeCloseTo(1, 12)
  })

  test('a linear layer sees its weight change in place', () => {
    const weight = tf.variable(tf.tensor2d([[1, 2]]))
    const [m, v] = [tf.variable(tf.zeros([1, 2])), tf.variable(tf.zeros([1, 2]))]
    const x = tf.tensor2d([[1, 1]])
    const options = { learningRate: 1, beta1: 0, beta2: 0, epsilon: 0, weightDecay: 0, clipScale: 1 }
    const seen: tf.Tensor[] = [weight.clone()]
    const readBack = weight.dataSync()
    for (const step of [1, 2]) {
      expect(linear(x, weight as tf.Tensor2D).dataSync()[0]).toBe(3 - 2 * (step - 1))
      adamW([{ value: weight, gradient: tf.tensor2d([[1, 1]]), m, v, decay: false }], { ...options, step })
    }
    // Each step takes 1 from each weight; a clone and an array read before keep what they had.
    expect([...weight.dataSync()]).toEqual([-1, 0])
    expect([...seen[0].dataSync()]).toEqual([1, 2])
    expect([...readBack]).toEqual([1, 2])
  })
})

describe.skipIf(isas.length === 0).each(isas)('products on far more threads than there is work for (%s)', (isa) => {
  beforeAll(() => useNative(isa, 48))
  afterEach(() => useDtype('float32', false))
  afterAll(() => useNative(isa, 2))

  test.each(['float32', 'bfloat16'] as const)('%s', (dtype) => {
    expect(useDtype(dtype, false)).toBe(dtype)
    for (const [rows, inputs, out] of [
      [1, 700, 400],
      [5, 333, 300],
      [13, 200, 70],
      [193, 33, 70],
      [200, 65, 130],
    ])
      // prettier-ignore
      tf.tidy(() => {
        const random = keyedRandom('threads', rows)
        const [x, w] = [rows, out].map((n) => rounded(tf.tensor2d(randomArray(random, n * inputs), [n, inputs])))
        expect(relativeError(linear(x, w), linearReference(x, w))).toBeLessThan(2e-5)
        const dy = rounded(tf.tensor2d(randomArray(random, rows * out), [rows, out]))
        const gradients = (f: typeof linear) => tf.grads((a, b) => f(a as tf.Tensor2D, b as tf.Tensor2D))([x, w], dy)
        const expected = gradients(linearReference)
        gradients(linear).forEach((gradient, i) => expect(relativeError(gradient, expected[i])).toBeLessThan(2e-5))
      })
  })
})
