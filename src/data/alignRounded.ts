/** Words looked at on each side: longer texts are no figures. */
const longest = 60

/**
 * Both sides' words with a number written as the other side's coarser one where rounding makes it that: 1234.567 beside
 * 1234.57 becomes 1234.57. The coarser one shows two digits and more, or every number would be nearly every other.
 */
export function alignRounded(
  words: readonly string[],
  others: readonly string[],
): [words: readonly string[], others: readonly string[]] {
  if (words.length > longest || others.length > longest) return [words, others]
  return [words.map((word) => rounded(word, others)), others.map((word) => rounded(word, words))]
}

function rounded(word: string, others: readonly string[]): string {
  if (!isNumber(word) || others.includes(word)) return word
  const decimals = (text: string) => (text.split('.')[1] ?? '').length
  const coarser = others.find(
    (other) =>
      isNumber(other) &&
      decimals(other) < decimals(word) &&
      other.replace(/^[0.]+|\./g, '').length >= 2 &&
      Math.abs(Number(word) - Number(other)) <= 0.5 * 10 ** -decimals(other) * (1 + 1e-9),
  )
  return coarser ?? word
}

const isNumber = (word: string) => /^\d+(?:\.\d+)?$/.test(word)
