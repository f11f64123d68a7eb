import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { InputError } from '../../lib/InputError.js'
import { modelSize } from '../../model/modelSize.js'
import { readModelConfig } from '../../model/readModelConfig.js'
import { resolveModelPath } from '../../model/resolveModelPath.js'
import type { Recipe } from '../../recipe/Recipe.js'
import type { ModelShape } from './ModelShape.js'

/** Keys and values of Qwen2.5-7B take 57,344 bytes a token in bfloat16, about this much a parameter; for models not here. */
const kvBytesPerParameter = 57_344 / 7.6e9
/** An adapter of rank 16 on every linear layer of a 7B model, and by rank. */
const adapterSharePerRank = 40e6 / 7.6e9 / 16

/**
 * A model's shape: from its config.json where it is here, else from --parameters, else from the size in its name ("…-7B").
 * @returns also where it came from, to be said
 */
export async function modelShapeOf(
  recipe: Recipe,
  parameters: number | undefined,
): Promise<{ shape: ModelShape; source: string }> {
  const { path = '', adapter } = recipe.model
  const lora = adapter.type === 'lora' ? adapter : null
  const directory = path === 'embedded' ? await resolveModelPath(path) : path // no hub is asked for a plan
  if (parameters === undefined && existsSync(join(directory, 'config.json'))) {
    const size = modelSize(await readModelConfig(directory), lora)
    return {
      // modelSize counts float32.
      shape: {
        parameters: size.parameters,
        kvBytesPerToken: size.kvCacheBytesPerToken / 2,
        syncBytes: 2 * size.trainableParameters,
      },
      source: `config.json of ${path}`,
    }
  }
  const named = /(\d+(?:\.\d+)?)\s*b(?![a-z])/i.exec(path)?.[1]
  const count = parameters ?? (named === undefined ? undefined : Number(named) * 1e9)
  if (count === undefined) {
    throw new InputError(
      `model.path: ${path || 'a fresh model'} is not here and its name tells no size. Say it:  --parameters 7.6e9`,
    )
  }
  return {
    shape: {
      parameters: count,
      kvBytesPerToken: kvBytesPerParameter * count,
      syncBytes: 2 * (lora ? adapterSharePerRank * lora.rank : 1) * count,
    },
    source: parameters === undefined ? `the size in its name (${path})` : '--parameters',
  }
}
