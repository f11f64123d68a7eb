import { mkdir, readFile, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { InputError } from '../lib/InputError.js'
import { writeFileAtomic } from '../lib/writeFileAtomic.js'
import { peekValues } from '../ops/peekValues.js'
import type { Model } from './Model.js'
import { COMPANION_FILES } from './companionFiles.js'
import type { FloatDtype } from './safetensors/TensorEntry.js'
import { writeSafetensors } from './safetensors/writeSafetensors.js'

const DTYPES: Readonly<Record<string, FloatDtype>> = { float32: 'F32', bfloat16: 'BF16', float16: 'F16' }

/**
 * Writes a Hugging Face directory that Transformers and vLLM load: model.safetensors, config.json, and what stood beside
 * the weights where the model was read (generation_config.json, tokenizer and chat template). Each file is whole or absent.
 *
 * @throws InputError when a weight is beyond float16's range
 */
export async function saveModel(
  model: Model,
  directory: string,
  { dtype = 'float32' }: { dtype?: 'float32' | 'bfloat16' | 'float16' } = {},
): Promise<void> {
  await mkdir(directory, { recursive: true })
  if (model.directory !== null) await copyCompanions(model.directory, directory)
  await writeFileAtomic(join(directory, 'config.json'), `${JSON.stringify(configFor(model, dtype), null, 2)}\n`)
  const tensors = [...model.parameters].map(([name, variable]) => ({
    name,
    shape: variable.shape,
    values: async () => {
      const values = peekValues(variable)
      if (dtype === 'float16') requireHalfRange(name, values)
      return values
    },
  }))
  await writeSafetensors(join(directory, 'model.safetensors'), tensors, { dtype: DTYPES[dtype] })
}

const ARCHITECTURES = { llama: 'LlamaForCausalLM', qwen2: 'Qwen2ForCausalLM', qwen3: 'Qwen3ForCausalLM' }

/**
 * The config as it was read; the dtype under the key it had (Transformers 5 says dtype, 4 torch_dtype, which both read).
 * A fresh model's gets the class that Transformers and vLLM look for.
 */
function configFor(model: Model, dtype: string): Record<string, unknown> {
  const architectures = [ARCHITECTURES[model.config.modelType]]
  return {
    architectures,
    ...model.config.raw,
    [Object.hasOwn(model.config.raw, 'dtype') ? 'dtype' : 'torch_dtype']: dtype,
  }
}

async function copyCompanions(from: string, to: string): Promise<void> {
  if ((await realpath(from).catch(() => null)) === (await realpath(to))) return
  for (const name of COMPANION_FILES) {
    const content = await readFile(join(from, name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null
      throw error
    })
    if (content !== null) await writeFileAtomic(join(to, name), content)
  }
}

const LARGEST_HALF = 65_504

function requireHalfRange(name: string, values: Float32Array): void {
  const found = values.find((value) => Math.abs(value) > LARGEST_HALF)
  if (found !== undefined)
    throw new InputError(
      `${name}: found ${found}; float16 holds at most ±${LARGEST_HALF}. Save it as bfloat16 or float32.`,
    )
}
