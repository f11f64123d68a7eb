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
import { engineOptions } from './engineOptions.js'

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
  const weights = spec.type === 'local' // a server has its own, a module knows what it needs
  const directory = model.path === undefined ? null : await resolveModelPath(model.path, { weights })
  const tokenizerDirectory = model.tokenizer ?? directory
  const hasTokenizer = tokenizerDirectory !== null && existsSync(join(tokenizerDirectory, 'tokenizer.json'))
  const tokenizer = hasTokenizer ? await loadTokenizer(tokenizerDirectory) : null
  if (model.tokenizer !== undefined && !tokenizer) {
    throw new InputError(`model.tokenizer: ${model.tokenizer} holds no tokenizer.json`)
  }
  const options = await engineOptions({ model, engine: spec, seed }, { directory, tokenizer, tokenizerDirectory, say })
  const engine = await createEngine(options)
  if (tokenizer) requireTokenizerFits(tokenizer, engine.capabilities().vocabSize)
  return { engine, tokenizer, directory }
}
