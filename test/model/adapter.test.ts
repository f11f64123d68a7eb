import { copyFileSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Adapter } from '../../src/model/adapter/Adapter.js'
import { adapterParameters } from '../../src/model/adapter/adapterParameters.js'
import { initAdapter } from '../../src/model/adapter/initAdapter.js'
import { loadAdapter } from '../../src/model/adapter/loadAdapter.js'
import { saveAdapter } from '../../src/model/adapter/saveAdapter.js'
import { loadModel } from '../../src/model/loadModel.js'
import type { Model } from '../../src/model/Model.js'
import { readSafetensors } from '../../src/model/safetensors/readSafetensors.js'
import { writeSafetensors } from '../../src/model/safetensors/writeSafetensors.js'
import { initBackend } from '../../src/ops/initBackend.js'
import { golden, goldenPath } from './support/golden.js'
import { copyOfGolden, editJson, messageOf, temporaryDirectory } from './support/modelFixture.js'

let model: Model
beforeAll(async () => {
  await initBackend({ backend: 'cpu', threads: 1 })
  model = await loadModel(goldenPath('tiny-qwen2'))
})
afterAll(() => model.dispose())

const valuesOf = (adapter: Adapter) =>
  Object.fromEntries([...adapterParameters(adapter)].map(([name, variable]) => [name, variable.dataSync()]))

describe("PEFT's format", () => {
  test('an adapter as PEFT saved it is written again byte for byte', async () => {
    const directory = copyOfGolden('lora')
    renameSync(join(directory, 'lora_init.safetensors'), join(directory, 'adapter_model.safetensors'))
    const adapter = await loadAdapter(directory, model)
    expect(adapter).toMatchObject({ rank: 4, alpha: 8, scale: 2, targets: ['q_proj', 'v_proj', 'down_proj'] })
    const saved = temporaryDirectory()
    await saveAdapter(adapter, saved)
    expect(readFileSync(join(saved, 'adapter_model.safetensors'))).toEqual(
      readFileSync(goldenPath('lora/lora_init.safetensors')),
    )
    const written = JSON.parse(readFileSync(join(saved, 'adapter_config.json'), 'utf8')) as Record<string, unknown>
    expect(golden('lora/adapter_config.json')).toMatchObject(written) // every key as PEFT writes it
    adapter.dispose()
  })

  test('a fresh adapter: A uniform in ±1/√in, B zero; the seed decides; loads as it was saved', async () => {
    const settings = { rank: 8, alpha: 16, targets: ['down_proj', 'q_proj'], useRslora: true }
    const adapter = initAdapter(model, settings, 5)
    expect(adapter.scale).toBe(16 / Math.sqrt(8))
    const { a, b } = adapter.weights.get('model.layers.1.mlp.down_proj')!
    expect([a.shape, b.shape]).toEqual([[8, 128], [64, 8]]) // prettier-ignore
    const values = a.dataSync() as Float32Array
    const bound = 1 / Math.sqrt(128)
    const largest = values.reduce((most, x) => Math.max(most, Math.abs(x)), 0)
    expect(largest).toBeLessThanOrEqual(bound)
    expect(largest).toBeGreaterThan(0.98 * bound)
    // The variance of a uniform distribution in ±c is c²/3.
    expect(values.reduce((sum, x) => sum + x * x, 0) / values.length).toBeCloseTo(bound ** 2 / 3, 4)
    expect((b.dataSync() as Float32Array).every((x) => x === 0)).toBe(true)

    const same = initAdapter(model, settings, 5)
    const other = initAdapter(model, settings, 6)
    expect(valuesOf(same)).toEqual(valuesOf(adapter))
    expect(valuesOf(other)).not.toEqual(valuesOf(adapter))

    const directory = temporaryDirectory()
    await saveAdapter(adapter, directory, { baseModel: 'some/base' })
    const loaded = await loadAdapter(directory, model)
    expect(valuesOf(loaded)).toEqual(valuesOf(adapter))
    expect(loaded).toMatchObject({ baseModel: 'some/base', useRslora: true, scale: adapter.scale })
    for (const each of [adapter, same, other, loaded]) each.dispose()
  })

  test('targets with their parent, all of them, or a pattern', async () => {
    const directory = copyOfGolden('lora')
    const config = join(directory, 'adapter_config.json')
    for (const target_modules of [
      ['self_attn.q_proj', 'self_attn.v_proj', 'mlp.down_proj'],
      '.*(q_proj|v_proj|down_proj)',
    ]) {
      editJson(config, { target_modules })
      const adapter = await loadAdapter(directory, model)
      expect(adapter.targets).toEqual(['q_proj', 'v_proj', 'down_proj'])
      adapter.dispose()
    }
    editJson(config, { target_modules: 'all-linear' })
    expect(await messageOf(loadAdapter(directory, model))).toMatch(/k_proj\.lora_A\.weight": missing/)
  })
})

describe('what does not fit is refused', () => {
  test.each<[Record<string, unknown>, RegExp]>([
    [{ peft_type: 'IA3' }, /peft_type: found "IA3"; only LORA/],
    [{ use_dora: true }, /use_dora: found true; it is not supported/],
    [{ rank_pattern: { q_proj: 8 } }, /rank_pattern: found \{"q_proj":8\}/],
    [{ modules_to_save: ['lm_head'] }, /modules_to_save: found \["lm_head"\]/],
    [{ bias: 'all' }, /bias: found "all"; only none/],
    [
      { target_modules: ['q_proj', 'lm_head'] },
      /target_modules: found \["q_proj","lm_head"\]; it must be a list of q_proj/,
    ],
    [{ r: 0, lora_alpha: -1 }, /has 2 problems:\n {2}r: found 0.*\n {2}lora_alpha: found -1/],
    [{ r: 8 }, /lora_A\.weight": found shape \[4, 64\]; model and adapter_config\.json ask for \[8, 64\]/],
    [{ target_modules: ['q_proj', 'v_proj'] }, /down_proj\.lora_A\.weight": unexpected/],
    [{ target_modules: ['q_proj', 'v_proj', 'down_proj', 'o_proj'] }, /o_proj\.lora_A\.weight": missing/],
  ])('%j', async (changes, message) => {
    const directory = copyOfGolden('lora')
    editJson(join(directory, 'adapter_config.json'), changes)
    const before = tf.memory().numTensors
    expect(await messageOf(loadAdapter(directory, model))).toMatch(message)
    expect(tf.memory().numTensors).toBe(before)
  })

  test('an adapter for some layers only, or a directory without one', async () => {
    const directory = copyOfGolden('lora')
    const reader = await readSafetensors(join(directory, 'lora_init.safetensors'))
    const tensors = [...reader.tensors.values()]
      .filter(({ name }) => name.includes('layers.0'))
      .map(({ name, shape }) => ({ name, shape, values: () => reader.read(name) }))
    await writeSafetensors(join(directory, 'adapter_model.safetensors'), tensors)
    await reader.close()
    expect(await messageOf(loadAdapter(directory, model))).toMatch(/"base_model\.model\.model\.layers\.1\..*missing/)

    const empty = temporaryDirectory()
    expect(await messageOf(loadAdapter(empty, model))).toMatch(/adapter_config\.json: there is no such file/)
    copyFileSync(goldenPath('lora/adapter_config.json'), join(empty, 'adapter_config.json'))
    expect(await messageOf(loadAdapter(empty, model))).toMatch(
      /adapter_model\.safetensors has 1 problem:\n {2}there is no/,
    )
  })

  test('settings of a fresh one', () => {
    const settings = { rank: 4, alpha: 8, targets: ['q_proj'] }
    expect(() => initAdapter(model, { ...settings, rank: 0 }, 1)).toThrow(/adapter\.rank: found 0/)
    expect(() => initAdapter(model, { ...settings, alpha: NaN }, 1)).toThrow(/adapter\.alpha: found NaN/)
    expect(() => initAdapter(model, { ...settings, targets: ['qproj'] }, 1)).toThrow(
      /adapter\.targets: found qproj; allowed/,
    )
    expect(() => initAdapter(model, { ...settings, targets: [] }, 1)).toThrow(/adapter\.targets: found none/)
  })
})
