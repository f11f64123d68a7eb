import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { initModel } from '../../src/model/initModel.js'
import { loadModel } from '../../src/model/loadModel.js'
import type { Model } from '../../src/model/Model.js'
import { modelSize } from '../../src/model/modelSize.js'
import { parseModelConfig } from '../../src/model/parseModelConfig.js'
import { encodeFloats } from '../../src/model/safetensors/encodeFloats.js'
import { readSafetensors } from '../../src/model/safetensors/readSafetensors.js'
import { writeSafetensors } from '../../src/model/safetensors/writeSafetensors.js'
import { saveModel } from '../../src/model/saveModel.js'
import { initBackend } from '../../src/ops/initBackend.js'
import { golden, goldenPath } from './support/golden.js'
import { copyOfGolden, editJson, messageOf, temporaryDirectory } from './support/modelFixture.js'

beforeAll(() => initBackend({ backend: 'cpu', threads: 1 }))

const valuesOf = (model: Model) =>
  Object.fromEntries([...model.parameters].map(([name, variable]) => [name, variable.dataSync() as Float32Array]))

/** Writes a golden model's weights again with some left out, added or reshaped. */
async function rewriteWeights(
  directory: string,
  edit: (shapes: Map<string, readonly number[]>) => void,
  dtype?: 'BF16',
) {
  const file = join(directory, 'model.safetensors')
  const reader = await readSafetensors(goldenPath('tiny-llama/model.safetensors'))
  const shapes = new Map([...reader.tensors].map(([name, { shape }]): [string, readonly number[]] => [name, shape]))
  edit(shapes)
  const zeros = (shape: readonly number[]) => new Float32Array(shape.reduce((size, n) => size * n, 1))
  const tensors = [...shapes].map(([name, shape]) => ({
    name,
    shape,
    values: () => (reader.tensors.get(name)?.shape === shape ? reader.read(name) : zeros(shape)),
  }))
  await writeSafetensors(file, tensors, { dtype })
  await reader.close()
}

describe('saveModel', () => {
  test('what was loaded and saved is the same file, with config and companions', async () => {
    const source = copyOfGolden('tiny-qwen3')
    writeFileSync(join(source, 'tokenizer.json'), '{"a": 1}')
    const model = await loadModel(source)
    const target = join(temporaryDirectory(), 'deep', 'saved')
    await saveModel(model, target)
    for (const name of ['model.safetensors', 'generation_config.json', 'tokenizer.json'])
      expect(readFileSync(join(target, name)).equals(readFileSync(join(source, name))), name).toBe(true)
    expect(JSON.parse(readFileSync(join(target, 'config.json'), 'utf8'))).toEqual(golden('tiny-qwen3/config.json'))
    expect(readdirSync(target).sort()).toEqual([
      'config.json',
      'generation_config.json',
      'model.safetensors',
      'tokenizer.json',
    ])
    model.dispose()
  })

  test.each([
    ['bfloat16', 'BF16', 'tiny-qwen2', 'dtype'],
    ['float16', 'F16', 'tiny-llama', 'torch_dtype'],
  ] as const)('%s: half the bytes, each weight the nearest one, config says so', async (dtype, code, name, key) => {
    const model = await loadModel(goldenPath(name))
    const target = temporaryDirectory()
    await saveModel(model, target, { dtype })
    expect(JSON.parse(readFileSync(join(target, 'config.json'), 'utf8'))).toMatchObject({ [key]: dtype })
    const reader = await readSafetensors(target)
    const again = await loadModel(target)
    for (const [weight, variable] of model.parameters) {
      expect(reader.tensors.get(weight)?.dtype).toBe(code)
      const [saved, wanted] = [again.parameters.get(weight)!.dataSync(), variable.dataSync()] as Float32Array[]
      expect(encodeFloats(saved, code)).toEqual(encodeFloats(wanted, code))
    }
    await reader.close()
    again.dispose()
    model.dispose()
  })

  test('into the directory it came from', async () => {
    const directory = copyOfGolden('tiny-llama')
    const model = await loadModel(directory)
    await saveModel(model, directory)
    expect(readFileSync(join(directory, 'model.safetensors'))).toEqual(
      readFileSync(goldenPath('tiny-llama/model.safetensors')),
    )
    model.dispose()
  })

  test('a weight that float16 cannot hold is named, and no file is written', async () => {
    const model = await loadModel(goldenPath('tiny-llama'))
    model.parameters.get('model.norm.weight')!.assign(tf.fill([48], 1e6))
    const target = temporaryDirectory()
    expect(await messageOf(saveModel(model, target, { dtype: 'float16' }))).toMatch(
      /model\.norm\.weight: found 1000000; float16 holds at most ±65504/,
    )
    expect(existsSync(join(target, 'model.safetensors'))).toBe(false)
    model.dispose()
  })
})

describe('loadModel', () => {
  test('shards and bfloat16', async () => {
    const directory = copyOfGolden('tiny-llama')
    await rewriteWeights(directory, () => undefined, 'BF16')
    const whole = await loadModel(directory)
    const reader = await readSafetensors(directory)
    const map: Record<string, string> = {}
    const sharded = copyOfGolden('tiny-llama')
    for (const [name, { shape }] of reader.tensors) {
      map[name] = `model-${Object.keys(map).length}.safetensors`
      await writeSafetensors(join(sharded, map[name]), [{ name, shape, values: () => reader.read(name) }], {
        dtype: 'BF16',
      })
    }
    await reader.close()
    writeFileSync(join(sharded, 'model.safetensors.index.json'), JSON.stringify({ weight_map: map }))
    writeFileSync(join(sharded, 'model.safetensors'), '')
    expect(await messageOf(loadModel(sharded))).toMatch(/model\.safetensors has 1 problem/) // the single file wins
    rmSync(join(sharded, 'model.safetensors'))
    const parts = await loadModel(sharded)
    expect(valuesOf(parts)).toEqual(valuesOf(whole))
    parts.dispose()
    whole.dispose()
  })

  test('missing, unexpected and misshapen tensors are listed together', async () => {
    const directory = copyOfGolden('tiny-llama')
    await rewriteWeights(directory, (shapes) => {
      shapes.delete('model.norm.weight')
      shapes.set('model.layers.1.mlp.up_proj.weight', [112, 47])
      shapes.set('model.layers.2.mlp.up_proj.weight', [112, 48])
    })
    const message = await messageOf(loadModel(directory))
    expect(message).toContain(`${join(directory, 'model.safetensors')} has 3 problems:`)
    expect(message).toContain('tensor "model.norm.weight": missing; config.json asks for shape [48].')
    expect(message).toContain('up_proj.weight": found shape [112, 47]; config.json asks for [112, 48].')
    expect(message).toContain('tensor "model.layers.2.mlp.up_proj.weight": unexpected')
  })

  test('what Transformers ignores is ignored: rotary buffers, the head of a tied model', async () => {
    const directory = copyOfGolden('tiny-llama')
    await rewriteWeights(directory, (shapes) => {
      shapes.set('model.layers.0.self_attn.rotary_emb.inv_freq', [8])
      shapes.set('lm_head.weight', [320, 48])
    })
    const model = await loadModel(directory)
    expect([...model.parameters.keys()]).not.toContain('lm_head.weight')
    model.dispose()
  })

  test('a config for another shape, and a failure half-way leaves no tensors', async () => {
    const directory = copyOfGolden('tiny-llama')
    const before = tf.memory().numTensors
    editJson(join(directory, 'config.json'), { num_hidden_layers: 3, vocab_size: 321 })
    expect(await messageOf(loadModel(directory))).toMatch(/found shape \[320, 48\]; config\.json asks for \[321, 48\]/)
    const file = join(directory, 'model.safetensors')
    writeFileSync(file, readFileSync(file).subarray(0, 200_000))
    expect(await messageOf(loadModel(directory))).toMatch(/cut short/)
    expect(tf.memory().numTensors).toBe(before)
  })
})

describe('initModel', () => {
  const config = parseModelConfig(
    { ...golden<Record<string, unknown>>('tiny-qwen2/config.json'), vocab_size: 1000 },
    'config.json',
  )
  const deviation = (values: Float32Array) => Math.sqrt(values.reduce((sum, x) => sum + x * x, 0) / values.length)

  test('the seed decides, the scale is 0.02, smaller into the residual stream', () => {
    const [one, same, other] = [initModel(config, 1), initModel(config, 1), initModel(config, 2)]
    const values = valuesOf(one)
    expect(valuesOf(same)).toEqual(values)
    expect(valuesOf(other)['model.embed_tokens.weight']).not.toEqual(values['model.embed_tokens.weight'])
    expect(deviation(values['model.embed_tokens.weight'])).toBeCloseTo(0.02, 3)
    expect(deviation(values['model.layers.1.mlp.down_proj.weight'])).toBeCloseTo(0.02 / Math.sqrt(2 * 2), 3)
    expect(new Set(values['model.norm.weight'])).toEqual(new Set([1]))
    expect(new Set(values['model.layers.0.self_attn.q_proj.bias'])).toEqual(new Set([0]))
    for (const model of [one, same, other]) model.dispose()
  })

  test('is saved and loaded like any other', async () => {
    const model = initModel(config, 3)
    const target = temporaryDirectory()
    await saveModel(model, target)
    const again = await loadModel(target)
    expect(valuesOf(again)).toEqual(valuesOf(model))
    expect(again.config).toEqual(model.config)
    again.dispose()
    model.dispose()
  })
})

test('modelSize counts what loading and training will take', async () => {
  const model = await loadModel(goldenPath('tiny-qwen2'))
  const counted = [...model.parameters.values()].reduce((sum, { size }) => sum + size, 0)
  expect(modelSize(model.config)).toMatchObject({
    parameters: counted,
    trainableParameters: counted,
    weightBytes: 4 * counted,
    optimizerBytes: 12 * counted,
    kvCacheBytesPerToken: 2 * 2 * 2 * 16 * 4, // layers · (k and v) · kv heads · head size · bytes
  })
  // Per layer q_proj (64 + 64)·4, v_proj (64 + 32)·4, down_proj (128 + 64)·4; two layers.
  const adapter = { rank: 4, targets: ['q_proj', 'v_proj', 'down_proj'] }
  expect(modelSize(model.config, adapter).trainableParameters).toBe(2 * 4 * (128 + 96 + 192))
  model.dispose()
})
