/**
 * Numbers as tokens: years (1900 to 2099) whole, other digits in groups of up to three from the left ("10241" is 102 41).
 *
 * A small model copies a figure far sooner as one or two tokens than digit by digit: a token says which figure it is,
 * a digit only which of ten. Every group is in the vocabulary, so no figure depends on the texts learned from.
 */
export const numberTokens = {
  /** Cuts numbers out of text, for a Split pre-tokenizer. */
  pattern: '(?:19|20)\\p{N}{2}(?!\\p{N})|\\p{N}{1,3}',
  /** All tokens of two digits or more, in the order of their ids. */
  tokens: [...padded(2), ...padded(3), ...years()],
  /** Every way to put each of them together from shorter ones, so that no order of merging gets stuck. */
  merges: (): [string, string][] => [...padded(2), ...padded(3), ...years()].flatMap(cuts),
} as const

function padded(digits: number): string[] {
  return Array.from({ length: 10 ** digits }, (_, value) => String(value).padStart(digits, '0'))
}

function years(): string[] {
  return Array.from({ length: 200 }, (_, i) => String(1900 + i))
}

function cuts(token: string): [string, string][] {
  return Array.from({ length: token.length - 1 }, (_, i) => [token.slice(0, i + 1), token.slice(i + 1)])
}
