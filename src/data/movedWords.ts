import { without } from './without.js'

/** Comparisons at most: longer texts are not compared for order. */
const mostComparisons = 40_000

/**
 * Words that both sides have but not in one order, as they stand in `words`: what is common to both less their longest
 * common subsequence. Empty where the common words keep their order.
 */
export function movedWords(words: readonly string[], others: readonly string[]): string[] {
  const common = without(words, without(words, others))
  const otherCommon = without(others, without(others, words))
  if (common.length * otherCommon.length > mostComparisons) return []
  return without(common, longestCommonSubsequence(common, otherCommon))
}

function longestCommonSubsequence(a: readonly string[], b: readonly string[]): string[] {
  const width = b.length + 1
  const lengths = new Uint16Array((a.length + 1) * width) // [i, j]: of a from i on and b from j on
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const [below, right] = [lengths[(i + 1) * width + j], lengths[i * width + j + 1]]
      lengths[i * width + j] = a[i] === b[j] ? lengths[(i + 1) * width + j + 1] + 1 : Math.max(below, right)
    }
  }
  const found: string[] = []
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    if (a[i] === b[j]) {
      found.push(a[i])
      i++
      j++
    } else if (lengths[(i + 1) * width + j] >= lengths[i * width + j + 1]) i++
    else j++
  }
  return found
}
