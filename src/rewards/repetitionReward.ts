import type { Reward } from './Reward.js'

/** Words between white space; each character of scripts that are written without any is a word. */
const words =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|[^\s\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]+/gu

/**
 * The n-gram repetition penalty (Yeo et al. 2025, §4.3): maxPenalty · (1 − distinct n-grams / n-grams) of the
 * completion's words, in lower case; 0 where it has fewer than n words.
 *
 * @param options maxPenalty: below 0, what nothing but repetition costs
 */
export function repetitionReward(options: { readonly ngram: number; readonly maxPenalty: number }): Reward {
  return {
    name: 'repetition',
    best: null,
    score: async (inputs) =>
      inputs.map(({ completion }) => ({ value: options.maxPenalty * repeatedShare(completion, options.ngram) || 0 })),
  }
}

/** Share of the text's n-grams that were there before. */
function repeatedShare(text: string, n: number): number {
  const found = text.toLowerCase().match(words) ?? []
  const total = found.length - n + 1
  if (total <= 0) return 0
  const distinct = new Set<string>()
  for (let i = 0; i < total; i++) distinct.add(found.slice(i, i + n).join(' '))
  return 1 - distinct.size / total
}
