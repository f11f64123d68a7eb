import type * as tf from '@tensorflow/tfjs-core'
import { makeModel } from './makeModel.js'
import { makeVariable } from './makeVariable.js'
import type { Model } from './Model.js'
import type { ModelConfig } from './ModelConfig.js'
import { ModelFileError } from './ModelFileError.js'
import { modelTensors, type TensorSpec } from './modelTensors.js'
import { readModelConfig } from './readModelConfig.js'
import { readSafetensors, type SafetensorsReader } from './safetensors/readSafetensors.js'
import { FLOAT_DTYPES, type FloatDtype, type TensorEntry } from './safetensors/TensorEntry.js'

/**
 * Loads a Hugging Face directory (Llama, Qwen2/2.5, Qwen3; safetensors, sharded or not; F32, BF16 or F16) into float32
 * variables. The tf backend must be set up before.
 *
 * @throws InputError for config.json; ModelFileError listing every missing, unexpected or misshapen tensor at once
 */
export async function loadModel(directory: string): Promise<Model> {
  const config = await readModelConfig(directory)
  const reader = await readSafetensors(directory)
  const parameters = new Map<string, tf.Variable>()
  try {
    const specs = modelTensors(config)
    checkTensors(reader, specs, config)
    for (const { name, shape } of specs) parameters.set(name, makeVariable(await reader.read(name), shape))
    return makeModel(config, parameters, directory)
  } catch (error) {
    for (const parameter of parameters.values()) parameter.dispose()
    throw error
  } finally {
    await reader.close()
  }
}

function checkTensors(reader: SafetensorsReader, specs: readonly TensorSpec[], config: ModelConfig): void {
  const expected = new Set(specs.map((spec) => spec.name))
  const problems = specs.flatMap((spec) => problemsOf(spec, reader.tensors.get(spec.name)))
  for (const name of reader.tensors.keys())
    if (!expected.has(name) && !isIgnored(name, config))
      problems.push(
        `tensor ${JSON.stringify(name)}: unexpected; config.json (${config.modelType}) has no place for it.`,
      )
  if (problems.length > 0)
    throw new ModelFileError(reader.file, problems, {
      advice: 'Do config.json and the weights belong to the same model?',
    })
}

function problemsOf(spec: TensorSpec, found: TensorEntry | undefined): string[] {
  const tensor = `tensor ${JSON.stringify(spec.name)}`
  if (!found) return [`${tensor}: missing; config.json asks for shape [${spec.shape.join(', ')}].`]
  const problems: string[] = []
  if (found.shape.join() !== spec.shape.join())
    problems.push(
      `${tensor}: found shape [${found.shape.join(', ')}]; config.json asks for [${spec.shape.join(', ')}].`,
    )
  if (!FLOAT_DTYPES.includes(found.dtype as FloatDtype))
    problems.push(`${tensor}: found dtype ${found.dtype}; allowed are ${FLOAT_DTYPES.join(', ')}.`)
  return problems
}

/** Old checkpoints carry the rotary buffers, and tied ones a second copy of the embedding; Transformers ignores both. */
function isIgnored(name: string, config: ModelConfig): boolean {
  return name.endsWith('.rotary_emb.inv_freq') || (config.tiedEmbeddings && name === 'lm_head.weight')
}
