import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { LocalEngine } from '../engine/local/LocalEngine.js'
import type { AdapterOptions } from '../engine/local/LocalEngineOptions.js'
import type { Tokenizer } from '../tokenizer/Tokenizer.js'
import { createLocalEngine } from '../engine/local/createLocalEngine.js'
import { parseAdapterConfig } from '../model/adapter/parseAdapterConfig.js'
import { readJsonObject } from '../model/readJsonObject.js'
import { resolveModelPath } from '../model/resolveModelPath.js'
import { InputError } from '../lib/InputError.js'
import { loadTokenizer } from '../tokenizer/loadTokenizer.js'
import { requireTokenizerFits } from '../tokenizer/requireTokenizerFits.js'

/** A model named on the command line, ready to run. */
export interface CommandModel {
  readonly engine: LocalEngine
  /** Null where the directory has none; text cannot be read or written then. */
  readonly tokenizer: Tokenizer | null
  /** The Hugging Face directory of the base weights. */
  readonly directory: string
}

/**
 * Opens MODEL: a Hugging Face directory, a hub id, `embedded`, or a LoRA adapter's directory (its adapter_config.json names
 * the base model, which is opened beneath it).
 *
 * @throws InputError (or a subclass) that names the file and what is wrong with it
 */
export async function openCommandModel(
  model: string,
  options: { backend: 'auto' | 'native' | 'tensorflow' | 'wasm' | 'cpu'; threads: number | 'auto'; adapter?: string },
): Promise<CommandModel> {
  const isAdapter = existsSync(join(model, 'adapter_config.json')) && !existsSync(join(model, 'config.json'))
  const adapterDirectory = options.adapter ?? (isAdapter ? model : undefined)
  const directory = await resolveModelPath(isAdapter ? await baseModelOf(model) : model)
  const tokenizer = existsSync(join(directory, 'tokenizer.json')) ? await loadTokenizer(directory) : null
  const engine = await createLocalEngine({
    modelPath: directory,
    adapter: adapterDirectory === undefined ? { type: 'full' } : await adapterOptions(adapterDirectory),
    backend: options.backend,
    threads: options.threads,
    decode: tokenizer ? (ids) => tokenizer.decode(ids) : undefined,
    seed: 0,
  })
  if (tokenizer) requireTokenizerFits(tokenizer, engine.capabilities().vocabSize)
  return { engine, tokenizer, directory }
}

async function adapterConfig(directory: string) {
  const file = join(directory, 'adapter_config.json')
  const advice = 'An adapter directory holds adapter_config.json and adapter_model.safetensors.'
  return parseAdapterConfig(await readJsonObject(file, advice), file)
}

async function adapterOptions(directory: string): Promise<AdapterOptions> {
  const { rank, alpha, targets } = await adapterConfig(directory)
  return { type: 'lora', rank, alpha, targets: targets ?? [], initFrom: directory }
}

async function baseModelOf(directory: string): Promise<string> {
  const { baseModel } = await adapterConfig(directory)
  if (baseModel) return baseModel
  throw new InputError(
    `${join(directory, 'adapter_config.json')}: base_model_name_or_path is missing, so the base model is unknown. ` +
      `Name both:  fintune sample BASE_MODEL --adapter ${directory}`,
  )
}
