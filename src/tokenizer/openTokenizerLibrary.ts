import * as library from '@huggingface/tokenizers'
import { widenDigits } from './widenDigits.js'

/** What we use of @huggingface/tokenizers' Tokenizer. (Its own declarations do not resolve under Node's module rules.) */
export interface TokenizerLibrary {
  encode(text: string, options: { add_special_tokens: boolean }): { ids: number[] }
  decode(
    ids: readonly number[],
    options: { skip_special_tokens: boolean; clean_up_tokenization_spaces: boolean },
  ): string
  token_to_id(token: string): number | undefined
  id_to_token(id: number): string | undefined
  get_vocab(): Map<string, number>
  get_added_tokens_decoder(): Map<number, { content: string; special: boolean }>
  pre_tokenizer: { pre_tokenize(text: string): string[] } | null
}

const Implementation = library.Tokenizer as unknown as new (json: object, config: object) => TokenizerLibrary

/** The library's tokenizer over a tokenizer.json, with optional parts filled in and its digits put right (widenDigits). */
export function openTokenizerLibrary(json: object, config: object): TokenizerLibrary {
  const filled = {
    normalizer: null,
    pre_tokenizer: null,
    post_processor: null,
    decoder: null,
    added_tokens: [],
    ...json,
  }
  return new Implementation({ ...filled, pre_tokenizer: widenDigits(filled.pre_tokenizer) }, config)
}
