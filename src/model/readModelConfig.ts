import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { InputError } from '../lib/InputError.js'
import type { ModelConfig } from './ModelConfig.js'
import { parseModelConfig } from './parseModelConfig.js'
import { readJsonObject } from './readJsonObject.js'

/**
 * Reads `<directory>/config.json` of a Llama, Qwen2/2.5 or Qwen3 model; end-of-sequence tokens that only
 * generation_config.json names are added.
 *
 * @throws InputError when the file is absent or not JSON; ModelFileError for what it holds (every problem at once)
 */
export async function readModelConfig(directory: string): Promise<ModelConfig> {
  const file = join(directory, 'config.json')
  const raw = await readJsonObject(file, 'A model directory holds config.json, model.safetensors and tokenizer.json.')
  const config = parseModelConfig(raw, file)
  const eosTokenIds = [...new Set([...config.eosTokenIds, ...(await generationEos(directory))])]
  return { ...config, eosTokenIds }
}

/** Chat models often end a turn with another token than config.json's; it stands in generation_config.json alone. */
async function generationEos(directory: string): Promise<number[]> {
  const file = join(directory, 'generation_config.json')
  const text = await readFile(file, 'utf8').catch(() => null)
  if (text === null) return []
  try {
    const found = (JSON.parse(text) as { eos_token_id?: unknown } | null)?.eos_token_id ?? []
    return [found].flat().filter((id): id is number => Number.isSafeInteger(id))
  } catch (cause) {
    throw new InputError(`${file} is not JSON: ${(cause as Error).message}`, { cause })
  }
}
