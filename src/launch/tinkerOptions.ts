import type { TinkerEngineOptions } from '../engine/tinker/TinkerEngineOptions.js'
import { InputError } from '../lib/InputError.js'
import { modelSize } from '../model/modelSize.js'
import { readModelConfig } from '../model/readModelConfig.js'
import type { EngineSpec, ModelSpec } from '../recipe/Recipe.js'

/**
 * A recipe's Tinker engine. Of the model only config and tokenizer are needed here: they say which tokens there are, and
 * the prompts are rendered on this side.
 */
export async function tinkerOptions(
  spec: Extract<EngineSpec, { type: 'tinker' }>,
  {
    model,
    directory,
    seed,
    say,
  }: {
    model: ModelSpec
    directory: string | null
    seed: number
    say: (message: string) => void
  },
): Promise<TinkerEngineOptions> {
  const { adapter } = model
  if (adapter.type !== 'lora') throw new InputError('model.adapter: a Tinker server trains LoRA adapters alone')
  if (directory === null)
    throw new InputError('model.path: missing; it names the model whose tokenizer renders prompts')
  const config = await readModelConfig(directory)
  const size = modelSize(config, adapter)
  return {
    url: spec.url,
    baseModel: spec.baseModel ?? model.path ?? directory,
    apiKey: process.env[spec.apiKeyEnv] || null,
    adapter,
    seed,
    vocabSize: config.vocabSize, // a model may sample ids past the tokenizer's
    maxLength: Math.min(model.maxLength ?? config.maxPositions, config.maxPositions),
    parameters: size.parameters,
    trainableParameters: size.trainableParameters,
    reduction: spec.reduction,
    maxInFlight: spec.maxInFlight,
    patienceMs: spec.patienceMinutes * 60_000,
    say,
  }
}
