import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { keyedRandom } from '../../src/lib/keyedRandom.js'
import { initAdapter } from '../../src/model/adapter/initAdapter.js'
import { decoderForward } from '../../src/model/decoderForward.js'
import { loadModel } from '../../src/model/loadModel.js'
import type { Model } from '../../src/model/Model.js'
import { initBackend } from '../../src/ops/initBackend.js'
import { makeSequenceLayout } from '../../src/ops/makeSequenceLayout.js'
import { availableBackends } from './support/availableBackends.js'
import { goldenPath } from './support/golden.js'
import { greedy } from './support/greedy.js'

const ids = (name: string, count: number) => {
  const random = keyedRandom('decoder test', name)
  return Array.from({ length: count }, () => 3 + random.integer(317))
}

describe.each(await availableBackends())('on the %s backend', (backend) => {
  let model: Model
  beforeAll(async () => {
    await initBackend({ backend, threads: 2 })
    model = await loadModel(goldenPath('tiny-qwen3'))
  })
  afterAll(() => model.dispose())

  const hiddenOf = (sequences: number[][]) => {
    const layout = makeSequenceLayout(sequences.map(({ length }) => ({ length })))
    return forward(Int32Array.from(sequences.flat()), layout)
  }
  const forward = (tokens: Int32Array, layout: ReturnType<typeof makeSequenceLayout>, rows?: Int32Array) => {
    const hidden = decoderForward(model, { tokens, layout, rows })
    const values = hidden.dataSync() as Float32Array
    hidden.dispose()
    return values
  }
  /** Native kernels sum in one order whatever is around a row; plain tf ops promise equality to rounding only. */
  const expectSame = (found: Float32Array, wanted: Float32Array) => {
    expect(found.length).toBe(wanted.length)
    if (backend === 'native') expect(found).toEqual(wanted)
    const worst = found.reduce((most, x, i) => Math.max(most, Math.abs(x - wanted[i])), 0)
    expect(worst).toBeLessThan(2e-5)
  }
  const width = () => model.config.hiddenSize

  test('completions that share a prompt see what they would see each with a prompt of its own', () => {
    const prompt = ids('prompt', 11)
    const completions = [ids('a', 5), ids('b', 1), ids('c', 8)]
    const layout = makeSequenceLayout([{ length: 11 }, ...completions.map(({ length }) => ({ length, prefix: 0 }))])
    const shared = forward(Int32Array.from([prompt, ...completions].flat()), layout)
    completions.forEach((completion, c) => {
      const alone = hiddenOf([[...prompt, ...completion]])
      const start = layout.starts[c + 1]
      expectSame(
        shared.slice(start * width(), (start + completion.length) * width()),
        alone.slice(prompt.length * width()),
      )
      expectSame(shared.slice(0, prompt.length * width()), alone.slice(0, prompt.length * width()))
    })
  })

  test('a sequence does not see its neighbours', () => {
    const [first, second] = [ids('first', 7), ids('second', 4)]
    expectSame(hiddenOf([first, second]).slice(7 * width()), hiddenOf([second]))
  })

  test('rows asked for are the rows of the whole', () => {
    const tokens = Int32Array.from(ids('rows', 9))
    const layout = makeSequenceLayout([{ length: 9 }])
    const all = forward(tokens, layout)
    const some = forward(tokens, layout, Int32Array.of(2, 8))
    expectSame(some.slice(0, width()), all.slice(2 * width(), 3 * width()))
    expectSame(some.slice(width()), all.slice(8 * width()))
  })

  test('sampling computes what training computes', () => {
    const prompts = [ids('x', 6), ids('y', 1), ids('z', 3)]
    const { tokens, hidden } = greedy(model, prompts, 10)
    prompts.forEach((prompt, p) => {
      const trained = hiddenOf([[...prompt, ...tokens[p]]])
      hidden[p].forEach((state, step) => {
        const row = prompt.length - 1 + step
        expectSame(state, trained.slice(row * width(), (row + 1) * width()))
      })
    })
  })

  test('gradients reach every parameter and no tensor stays behind', () => {
    const tokens = Int32Array.from(ids('gradients', 6))
    const layout = makeSequenceLayout([{ length: 3 }, { length: 3, prefix: 0 }])
    const adapter = initAdapter(model, { rank: 2, alpha: 4, targets: ['q_proj', 'down_proj'] }, 1)
    const trained = [...model.parameters.values(), ...[...adapter.weights.values()].flatMap(({ a, b }) => [a, b])]
    const step = () => {
      const loss = () => tf.sum(tf.square(decoderForward(model, { tokens, layout, adapter }))) as tf.Scalar
      const { value, grads } = tf.variableGrads(loss, trained)
      const reached = trained.filter((variable) => grads[variable.name]?.shape.join() === variable.shape.join()).length
      tf.dispose([value, grads])
      return reached
    }
    const before = tf.memory().numTensors
    expect(step()).toBe(trained.length - 1) // lm_head plays no part before the final norm
    step()
    expect(tf.memory().numTensors).toBe(before)
    adapter.dispose()
  })
})
