/**
 * Numbers as tokens: years (1900 to 2099) whole, other digits in pairs from the left ("10241" is 10 24 1).
 *
 * A small model copies a figure far sooner in pairs than digit by digit, since a pair says more about which figure it is,
 * and sooner than in groups of three, since it meets each of 100 pairs ten times as often. Every pair is in the vocabulary,
 * so no figure depends on the texts learned from.
 *
 * The space before a number belongs to the word or sign it follows ("is 1024" is "is·", 10, 24; "($ 57" is "($·", 57).
 * A space of its own would stand before every figure and say nothing about which comes next; as part of the number it
 * would make two tokens of each figure, one for running text and one for programs.
 */
export const numberTokens = {
  /** Cuts text into numbers, words, signs and spaces, for a Split pre-tokenizer; all but numbers as GPT-2 does. */
  pattern: [
    '(?:19|20)\\p{N}{2}(?!\\p{N})|\\p{N}{1,2}',
    "(?:'(?:s|t|re|ve|m|ll|d)| ?\\p{L}+| ?[^\\s\\p{L}\\p{N}]+)(?: (?=\\p{N}))?",
    '\\s+(?!\\S)|\\s+',
  ].join('|'),
  /** All tokens of two digits or more, in the order of their ids. */
  tokens: [...pairs(), ...years()],
  /** How they are put together; a year's first pair goes before all other pairs, else 2019 would begin with 01. */
  merges: (): [string, string][] => [...pairs(), ...years()].map(halves),
} as const

function pairs(): string[] {
  const all = Array.from({ length: 100 }, (_, value) => String(value).padStart(2, '0'))
  const first = ['19', '20']
  return [...first, ...all.filter((pair) => !first.includes(pair))]
}

function years(): string[] {
  return Array.from({ length: 200 }, (_, i) => String(1900 + i))
}

function halves(token: string): [string, string] {
  return [token.slice(0, token.length / 2), token.slice(token.length / 2)]
}
