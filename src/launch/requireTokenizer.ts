import { InputError } from '../lib/InputError.js'
import type { Tokenizer } from '../tokenizer/Tokenizer.js'
import type { StageContext } from './StageContext.js'

/** The model's tokenizer. @throws InputError where it has none and text is to be read */
export function requireTokenizer({ model, recipe }: StageContext, where: string): Tokenizer {
  if (model.tokenizer) return model.tokenizer
  throw new InputError(
    `${where} needs a tokenizer, and ${recipe.model.path ?? 'a fresh model'} has no tokenizer.json. ` +
      'Name one with model.tokenizer, or use pre-tokenised data (type: tokens).',
  )
}
