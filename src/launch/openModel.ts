import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createEngine } from '../engine/createEngine.js'
import type { Engine } from '../engine/Engine.js'
import { InputError } from '../lib/InputError.js'
import { resolveModelPath } from '../model/resolveModelPath.js'
import type { Recipe } from '../recipe/Recipe.js'
import { loadTokenizer } from '../tokenizer/loadTokenizer.js'
import { requireTokenizerFits } from '../tokenizer/requireTokenizerFits.js'
import type { Tokenizer } from '../tokenizer/Tokenizer.js'
import { tinkerOptions } from './tinkerOptions.js'

/** A recipe's model, ready: the engine, and the tokenizer where there is one (pre-tokenised data does without). */
export interface OpenModel {
  readonly engine: Engine
  readonly tokenizer: Tokenizer | null
  /** The model's directory; null for a fresh one. */
  readonly directory: string | null
}

/**
 * Opens the recipe's model and tokenizer and checks that they fit.
 *
 * @throws InputError (or a subclass) that names the file and what is wrong with it
 */
export async function openModel(
  { model, engine: spec, seed }: Recipe,
  say: (message: string) => void = () => undefined,
): Promise<OpenModel> {
  const weights = spec.type === 'local' // a server has its own
  const directory = model.path === undefined ? null : await resolveModelPath(model.path, { weights })
  const tokenizerDirectory = model.tokenizer ?? directory
  const hasTokenizer = tokenizerDirectory !== null && existsSync(join(tokenizerDirectory, 'tokenizer.json'))
  const tokenizer = hasTokenizer ? await loadTokenizer(tokenizerDirectory) : null
  if (model.tokenizer !== undefined && !tokenizer) {
    throw new InputError(`model.tokenizer: ${model.tokenizer} holds no tokenizer.json`)
  }
  const engine = await createEngine(
    spec.type === 'tinker'
      ? { type: 'tinker', ...(await tinkerOptions(spec, { model, directory, seed, say })) }
      : {
          ...spec,
          ...(directory === null
            ? {
                init: {
                  config: freshConfig(model, tokenizer),
                  tokenizerDir: tokenizerDirectory ?? undefined,
                },
              }
            : { modelPath: directory }),
          adapter: model.adapter,
          maxLength: model.maxLength,
          seed,
          tokenizerDirectory: hasTokenizer ? tokenizerDirectory : undefined,
          baseModelName: model.path,
        },
  )
  if (tokenizer) requireTokenizerFits(tokenizer, engine.capabilities().vocabSize)
  return { engine, tokenizer, directory }
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
