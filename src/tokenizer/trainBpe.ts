import type { TokenizerJson } from './TokenizerJson.js'
import { InputError } from '../lib/InputError.js'
import { byteSymbols } from './byteSymbols.js'
import { learnMerges } from './learnMerges.js'
import { numberTokens } from './numberTokens.js'
import { openTokenizerLibrary } from './openTokenizerLibrary.js'

type Numbers = 'digits' | 'pairs'

const preTokenizer = (numbers: Numbers) => ({
  type: 'Sequence',
  pretokenizers: [
    numbers === 'digits'
      ? { type: 'Digits', individual_digits: true }
      : { type: 'Split', pattern: { Regex: numberTokens.pattern }, behavior: 'Isolated', invert: false },
    { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: numbers === 'digits' },
  ],
})

/**
 * Trains a byte-level BPE tokenizer: any text can be written in it, numbers are cut as `numbers` says, words by GPT-2's
 * regular expression. The same texts give the same tokenizer.
 *
 * Ids: special tokens from 0, added tokens, the 256 bytes, number tokens (pairs), then the merges in the order learned.
 *
 * @param texts                 what to learn from; special and added tokens spelled out in them are left out of the counts
 * @param options.vocabSize     tokens in all; fewer come out where the texts have no more pairs seen twice
 * @param options.specialTokens left out when text is decoded (pad, BOS, EOS, role marks)
 * @param options.addedTokens   one id each, kept in decoded text (e.g. <think>)
 * @param options.numbers       digits (default): each digit a token; pairs: years and pairs (numberTokens.ts)
 * @returns                     a tokenizer.json's content
 * @throws InputError           when vocabSize has no room for the bytes, or a token is named twice or empty
 */
export function trainBpe(
  texts: Iterable<string>,
  options: {
    vocabSize: number
    specialTokens: readonly string[]
    addedTokens?: readonly string[]
    numbers?: Numbers
  },
): TokenizerJson {
  const { vocabSize, specialTokens, addedTokens = [], numbers = 'digits' } = options
  const named = [...specialTokens, ...addedTokens]
  requireNames(named)
  const alphabet = [...byteSymbols].sort((a, b) => a.charCodeAt(0) - b.charCodeAt(0))
  const grouped = numbers === 'pairs' ? numberTokens.tokens : []
  const fixed = named.length + alphabet.length + grouped.length
  if (!Number.isInteger(vocabSize) || vocabSize < fixed) {
    throw new InputError(
      `vocabSize: found ${vocabSize}; ${named.length} special and added tokens and 256 bytes` +
        `${grouped.length > 0 ? ` and ${grouped.length} numbers` : ''} need ${fixed} or more`,
    )
  }
  const vocab = new Map([...named, ...alphabet, ...grouped].map((token, id) => [token, id]))
  const ofNumbers = numbers === 'pairs' ? numberTokens.merges() : []
  const make = (merges: [string, string][]) => tokenizerJson(named, specialTokens.length, vocab, merges, numbers)
  const words = countWords(texts, named, make([]))
  for (const word of words.keys()) if (grouped.length > 0 && /^\d+$/.test(word)) words.delete(word)
  return make([...ofNumbers, ...learnMerges(words, vocab, vocabSize)])
}

function tokenizerJson(
  named: readonly string[],
  specials: number,
  vocab: ReadonlyMap<string, number>,
  merges: [string, string][],
  numbers: Numbers,
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
    pre_tokenizer: preTokenizer(numbers),
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
