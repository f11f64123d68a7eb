import { join } from 'node:path'
import type * as tf from '@tensorflow/tfjs-core'
import { makeVariable } from '../makeVariable.js'
import type { Model } from '../Model.js'
import { ModelFileError } from '../ModelFileError.js'
import { readJsonObject } from '../readJsonObject.js'
import { readSafetensors, type SafetensorsReader } from '../safetensors/readSafetensors.js'
import { ADAPTER_TARGETS, type Adapter, type AdapterTarget, type LoraPair } from './Adapter.js'
import { adapterModules, type AdapterModule } from './adapterModules.js'
import { makeAdapter } from './makeAdapter.js'
import { parseAdapterConfig, type AdapterConfig } from './parseAdapterConfig.js'

/**
 * Loads a LoRA adapter in PEFT's format: a directory with adapter_config.json and adapter_model.safetensors, or the
 * safetensors file alone, whose rank, alpha and targets are then those of `settings`.
 *
 * @throws InputError when a file is absent; ModelFileError listing every setting that is not supported, or every missing,
 *         unexpected or misshapen tensor
 */
export async function loadAdapter(
  path: string,
  model: Pick<Model, 'config'>,
  settings?: Pick<AdapterConfig, 'rank' | 'alpha' | 'targets'>,
): Promise<Adapter> {
  const alone = settings !== undefined && path.endsWith('.safetensors')
  const config: AdapterConfig = alone ? { ...settings, useRslora: false, baseModel: null } : await readConfig(path)
  const reader = await readSafetensors(alone ? path : join(path, 'adapter_model.safetensors'))
  const weights = new Map<string, LoraPair>()
  try {
    const targets = config.targets ?? targetsFound(reader)
    const modules = adapterModules(model.config, targets)
    checkTensors(reader, modules, config)
    for (const module of modules) weights.set(module.name, await readPair(reader, module, config.rank))
    return makeAdapter({ ...config, targets }, weights)
  } catch (error) {
    for (const { a, b } of weights.values()) [a, b].forEach((variable) => variable.dispose())
    throw error
  } finally {
    await reader.close()
  }
}

async function readConfig(directory: string): Promise<AdapterConfig> {
  const file = join(directory, 'adapter_config.json')
  const advice = 'An adapter directory holds adapter_config.json and adapter_model.safetensors.'
  return parseAdapterConfig(await readJsonObject(file, advice), file)
}

function targetsFound(reader: SafetensorsReader): AdapterTarget[] {
  return ADAPTER_TARGETS.filter((target) =>
    [...reader.tensors.keys()].some((name) => name.includes(`.${target}.lora_`)),
  )
}

async function readPair(reader: SafetensorsReader, module: AdapterModule, rank: number): Promise<LoraPair> {
  const read = async (name: string, shape: [number, number]) =>
    makeVariable(await reader.read(name), shape) as tf.Variable<tf.Rank.R2>
  return {
    a: await read(nameOf(module, 'A'), [rank, module.inputs]),
    b: await read(nameOf(module, 'B'), [module.outputs, rank]),
  }
}

function checkTensors(reader: SafetensorsReader, modules: readonly AdapterModule[], { rank }: AdapterConfig): void {
  const problems: string[] = []
  const expected = new Map<string, [number, number]>()
  for (const module of modules) {
    expected.set(nameOf(module, 'A'), [rank, module.inputs])
    expected.set(nameOf(module, 'B'), [module.outputs, rank])
  }
  for (const [name, shape] of expected) {
    const found = reader.tensors.get(name)?.shape
    if (found?.join() === shape.join()) continue
    const what = found ? `found shape [${found.join(', ')}]` : 'missing'
    problems.push(
      `tensor ${JSON.stringify(name)}: ${what}; model and adapter_config.json ask for [${shape.join(', ')}].`,
    )
  }
  for (const name of reader.tensors.keys())
    if (!expected.has(name))
      problems.push(`tensor ${JSON.stringify(name)}: unexpected; no target of this model has it.`)
  if (problems.length > 0)
    throw new ModelFileError(reader.file, problems, { advice: 'Was the adapter made for this base model?' })
}

function nameOf(module: AdapterModule, factor: 'A' | 'B'): string {
  return `base_model.model.${module.name}.lora_${factor}.weight`
}
