import * as tf from '@tensorflow/tfjs-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { keyedRandom } from '../../src/lib/keyedRandom.js'
import { attention } from '../../src/ops/attention.js'
import { createKvCache } from '../../src/ops/createKvCache.js'
import { linear } from '../../src/ops/linear.js'
import { logprobOf } from '../../src/ops/logprobOf.js'
import { makeSequenceLayout } from '../../src/ops/makeSequenceLayout.js'
import { rmsNorm } from '../../src/ops/rmsNorm.js'
import { rowLogSumExp } from '../../src/ops/rowLogSumExp.js'
import { selectRows } from '../../src/ops/selectRows.js'
import { swiGlu } from '../../src/ops/swiGlu.js'
import { tokenLogprobs } from '../../src/ops/tokenLogprobs.js'
import { useDtype } from '../../src/ops/useDtype.js'
import { expectSame } from './support/expectSame.js'
import { nativeIsas } from './support/nativeIsas.js'
import { randomArray } from './support/randomArray.js'
import { useNative } from './support/useNative.js'

const isas = nativeIsas()
const matrix = (key: string, rows: number, width: number) =>
  tf.tensor2d(randomArray(keyedRandom(key), rows * width), [rows, width])
const take = (x: tf.Tensor2D, ...rows: number[]) => selectRows(x, Int32Array.from(rows))

const cases = isas.flatMap((isa) => [
  { isa, dtype: 'float32' as const },
  { isa, dtype: 'bfloat16' as const },
])

describe.skipIf(isas.length === 0).each(cases)('native kernels ($isa, $dtype): a row depends on itself alone', (on) => {
  const { isa, dtype } = on
  beforeAll(async () => {
    await useNative(isa, 2)
    useDtype(dtype, false)
  })
  afterAll(() => useDtype('float32', false))
  beforeEach(() => tf.engine().startScope())
  afterEach(() => tf.engine().endScope())

  test('linear, rmsNorm, swiGlu: alone or among others', () => {
    const [x, w] = [matrix('x', 300, 530), matrix('w', 77, 530)]
    const lora = { a: matrix('a', 5, 530), b: matrix('b', 77, 5), scale: 0.3 }
    const bias = tf.tensor1d(randomArray(keyedRandom('bias'), 77))
    const f = (rows: tf.Tensor2D) => {
      const y = linear(rows, w, { bias, lora })
      return swiGlu(y, rmsNorm(y, bias, 1e-6))
    }
    const together = f(x)
    for (const rows of [[0], [299], [5, 6], [100, 101, 102, 103, 104, 105, 106]]) {
      expectSame(f(take(x, ...rows)).dataSync(), take(together, ...rows).dataSync(), `rows ${rows.join()}`)
    }
  })

  test('tokenLogprobs: alone, among others, and from logits as the sampler has them', () => {
    const [hidden, head] = [matrix('hidden', 150, 40), matrix('head', 2100, 40)]
    const labels = Int32Array.from({ length: 150 }, (_, i) => (i * 977) % 2100)
    const together = tokenLogprobs(hidden, head, labels, 0.7)
    const logprobs = together.logprobs.dataSync()
    const logits = linear(hidden, head)
    const [values, lse] = [logits.dataSync(), rowLogSumExp(logits, 0.7)]
    expectSame(
      logprobs,
      Array.from(labels, (label, r) => logprobOf(values[r * 2100 + label], lse[r], 0.7)),
      'sampler',
    )
    for (const row of [0, 77, 149]) {
      const alone = tokenLogprobs(take(hidden, row), head, labels.subarray(row, row + 1), 0.7)
      expectSame(alone.logprobs.dataSync(), [logprobs[row]], `row ${row}`)
      expectSame(alone.entropy, [together.entropy[row]], `entropy ${row}`)
    }
  })

  const shape = { heads: 6, kvHeads: 2, headDim: 20 }
  const [width, kv] = [120, 40]

  test('attention: the same whether a sequence is cut into prompt and completion, or stands alone', () => {
    const layout = makeSequenceLayout([
      { length: 37 },
      { length: 20 },
      { length: 70, prefix: 1 },
      { length: 9, prefix: 0 },
    ])
    const [q, k, v] = [matrix('q', 136, width), matrix('k', 136, kv), matrix('v', 136, kv)]
    const together = attention(q, k, v, layout, shape)
    for (const [prompt, completion] of [
      [
        [0, 37],
        [127, 136],
      ],
      [
        [37, 57],
        [57, 127],
      ],
    ]) {
      // prettier-ignore
      const rows = [...range(prompt[0], prompt[1]), ...range(completion[0], completion[1])]
      const [own, one] = [(x: tf.Tensor2D) => take(x, ...rows), makeSequenceLayout([{ length: rows.length }])]
      expectSame(attention(own(q), own(k), own(v), one, shape).dataSync(), own(together).dataSync(), 'whole sequence')
    }
  })

  test('KvCache: a decoded token gets the bits of training attention', () => {
    // Two prompts, three sequences; the second prompt's sequences end at different lengths.
    const prompts = [{ length: 19 }, { length: 32 }]
    const sequences = [{ prompt: 1, maxNew: 40 }, { prompt: 0, maxNew: 21 }, { prompt: 1, maxNew: 3 }] // prettier-ignore
    const layout = makeSequenceLayout([...prompts, ...sequences.map((s) => ({ length: s.maxNew, prefix: s.prompt }))])
    const [q, k, v] = [
      matrix('q', layout.tokens, width),
      matrix('k', layout.tokens, kv),
      matrix('v', layout.tokens, kv),
    ]
    const expected = attention(q, k, v, layout, shape)
    const cache = createKvCache({ ...shape, layers: 2, prompts, sequences })
    const promptRows = range(0, 51)
    cache.storePrompt(1, take(k, ...promptRows), take(v, ...promptRows))
    for (let t = 0; t < 40; t++) {
      const active = Int32Array.from([0, 1, 2].filter((s) => t < sequences[s].maxNew))
      const rows = Array.from(active, (s) => layout.starts[2 + s] + t)
      const y = cache.attend(1, take(q, ...rows), take(k, ...rows), take(v, ...rows), active)
      expectSame(y.dataSync(), take(expected, ...rows).dataSync(), `token ${t}`)
      cache.advance(active)
    }
    cache.dispose()
  })

  test('one thread or two: values and gradients', async () => {
    const layout = makeSequenceLayout([{ length: 90 }, { length: 60, prefix: 0 }, { length: 50 }, { length: 515 }])
    const labels = new Int32Array(layout.tokens).map((_, i) => (i * 31) % 1500)
    const inputs = [
      matrix('x', layout.tokens, 48),
      matrix('wq', width, 48),
      matrix('wk', kv, 48),
      matrix('wo', 48, width),
      matrix('head', 1500, 48), // prettier-ignore
    ]
    const f = (x: tf.Tensor2D, wq: tf.Tensor2D, wk: tf.Tensor2D, wo: tf.Tensor2D, head: tf.Tensor2D) => {
      const [q, k] = [linear(x, wq), linear(x, wk)]
      return tokenLogprobs(linear(attention(q, k, k, layout, shape), wo), head, labels, 1).logprobs
    }
    const run = () =>
      [f(...(inputs as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D, tf.Tensor2D, tf.Tensor2D])), ...tf.grads(f as never)(inputs)] // prettier-ignore
        .map((tensor: tf.Tensor) => Array.from(tensor.dataSync()))
    const two = run()
    await useNative(isa, 1)
    const one = run()
    await useNative(isa, 2)
    one.forEach((values, i) => expectSame(values, two[i], `result ${i}`))
    expect(one.length).toBe(6)
  })
})

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i)
}
