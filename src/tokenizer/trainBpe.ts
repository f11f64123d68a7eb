import type { TokenizerJson } from './TokenizerJson.js'
import { InputError } from '../lib/InputError.js'
import { byteSymbols } from './byteSymbols.js'
import { learnMerges } from './learnMerges.js'
import { openTokenizerLibrary } from './openTokenizerLibrary.js'

const preTokenizer = {
  type: 'Sequence',
  pretokenizers: [
    { type: 'Digits', individual_digits: true },
    { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
  ],
}

/**
 * Trains a byte-level BPE tokenizer: any text can be written in it, digits are tokens of their own (so that numbers of one
 * length look alike to the model), words are cut by GPT-2's regular expression. The same texts give the same tokenizer.
 *
 * Ids: special tokens from 0, added tokens, the 256 bytes, then the merges in the order learned.
 *
 * @param texts                 what to learn from; special and added tokens spelled out in them are left out of the counts
 * @param options.vocabSize     tokens in all; fewer come out where the texts have no more pairs seen twice
 * @param options.specialTokens left out when text is decoded (pad, BOS, EOS, role marks)
 * @param options.addedTokens   one id each, kept in decoded text (e.g. <think>)
 * @returns                     a tokenizer.json's content
 * @throws InputError           when vocabSize has no room for the bytes, or a token is named twice or empty
 */
export function trainBpe(
  texts: Iterable<string>,
  options: { vocabSize: number; specialTokens: readonly string[]; addedTokens?: readonly string[] },
): TokenizerJson {
  const { vocabSize, specialTokens, addedTokens = [] } = options
  const named = [...specialTokens, ...addedTokens]
  requireNames(named)
  const alphabet = [...byteSymbols].sort((a, b) => a.charCodeAt(0) - b.charCodeAt(0))
  const fixed = named.length + alphabet.length
  if (!Number.isInteger(vocabSize) || vocabSize < fixed) {
    throw new InputError(
      `vocabSize: found ${vocabSize}; ${named.length} special and added tokens and 256 bytes need ${fixed} or more`,
    )
  }
  const vocab = new Map([...named, ...alphabet].map((token, id) => [token, id]))
  const untrained = tokenizerJson(named, specialTokens.length, vocab, [])
  const merges = learnMerges(countWords(texts, named, untrained), vocab, vocabSize)
  return tokenizerJson(named, specialTokens.length, vocab, merges)
}

function tokenizerJson(
  named: readonly string[],
  specials: number,
  vocab: ReadonlyMap<string, number>,
  merges: [string, string][],
): TokenizerJson {
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: named.map((content, id) => ({
      id,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: id < specials,
    })),
    normalizer: null,
    pre_tokenizer: preTokenizer,
    post_processor: null,
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: '',
      end_of_word_suffix: '',
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: Object.fromEntries(vocab),
      merges,
    },
  }
}

function requireNames(tokens: readonly string[]): void {
  for (const [i, token] of tokens.entries()) {
    if (token === '') throw new InputError(`special and added tokens: number ${i} is empty`)
    if (tokens.indexOf(token) !== i) throw new InputError(`special and added tokens: ${token} is named twice`)
    if (byteSymbols.includes(token))
      throw new InputError(`special and added tokens: ${token} already stands for a byte`)
  }
}

/** How often each pre-token (a string of byte symbols) occurs, cut as the tokenizer will cut. */
function countWords(texts: Iterable<string>, named: readonly string[], untrained: TokenizerJson): Map<string, number> {
  const cutter = openTokenizerLibrary(untrained, {}).pre_tokenizer!
  const apart = named.length === 0 ? null : new RegExp(named.map(escaped).join('|'), 'u')
  const counts = new Map<string, number>()
  for (const text of texts) {
    for (const piece of apart === null ? [text] : text.split(apart)) {
      if (piece === '') continue
      for (const word of cutter.pre_tokenize(piece)) counts.set(word, (counts.get(word) ?? 0) + 1)
    }
  }
  return counts
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
}
