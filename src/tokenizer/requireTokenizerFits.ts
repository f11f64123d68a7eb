import type { Tokenizer } from './Tokenizer.js'
import { TokenizerError } from './TokenizerError.js'

/**
 * Throws unless every id the tokenizer gives has a row in the model's embedding.
 * A model may have more rows than the tokenizer has tokens: many are padded to a round number.
 */
export function requireTokenizerFits(tokenizer: Pick<Tokenizer, 'directory' | 'vocabSize'>, vocabSize: number): void {
  if (tokenizer.vocabSize <= vocabSize) return
  throw new TokenizerError(
    `${tokenizer.directory}/tokenizer.json`,
    `the tokenizer does not fit the model: its ids go up to ${tokenizer.vocabSize - 1}, but the model has ${vocabSize} ` +
      `embedding rows (vocab_size in config.json), so ids 0 to ${vocabSize - 1} are allowed. ` +
      'Put the tokenizer.json that belongs to these weights beside them.',
  )
}
