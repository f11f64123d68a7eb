import type { EngineOptions } from '../engine/createEngine.js'
import type { Recipe } from '../recipe/Recipe.js'
import type { Tokenizer } from '../tokenizer/Tokenizer.js'
import { tinkerOptions } from './tinkerOptions.js'

/** A recipe's engine, and what it needs to know of the model: each type of engine has its case here. */
export async function engineOptions(
  { model, engine, seed }: Pick<Recipe, 'model' | 'engine' | 'seed'>,
  {
    directory,
    tokenizer,
    tokenizerDirectory,
    say,
  }: {
    /** The model's; null for a fresh one. */
    directory: string | null
    tokenizer: Tokenizer | null
    tokenizerDirectory: string | null
    say: (message: string) => void
  },
): Promise<EngineOptions> {
  const { adapter, maxLength } = model
  switch (engine.type) {
    case 'tinker':
      return { type: 'tinker', ...(await tinkerOptions(engine, { model, directory, seed, say })) }
    case 'module': {
      const vocabSize = tokenizer?.vocabSize ?? null
      return { ...engine, modelPath: directory, adapter, maxLength, vocabSize, seed, say }
    }
    case 'local':
      return {
        ...engine,
        ...(directory === null
          ? { init: { config: freshConfig(model, tokenizer), tokenizerDir: tokenizerDirectory ?? undefined } }
          : { modelPath: directory }),
        adapter,
        maxLength,
        seed,
        tokenizerDirectory: tokenizer ? (tokenizerDirectory ?? undefined) : undefined,
        baseModelName: model.path,
      }
  }
}

/** config.json of a fresh model: the recipe's keys, and what the tokenizer knows of its own tokens. */
function freshConfig({ init }: Recipe['model'], tokenizer: Tokenizer | null): Record<string, unknown> {
  const ids = tokenizer && {
    eos_token_id: tokenizer.eosTokenIds[0],
    bos_token_id: tokenizer.bosTokenId,
    pad_token_id: tokenizer.padTokenId,
  }
  return { ...init, vocab_size: init?.vocab_size ?? tokenizer?.vocabSize, ...ids }
}
