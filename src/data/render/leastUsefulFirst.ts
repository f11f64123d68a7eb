import type { PageLine } from './pageLines.js'

/**
 * The lines' indices in the order in which they may be cut: sentences before table rows, the header never; of each kind
 * those that share the fewest words with the question first, of equals the longest. Gold evidence plays no part, so that
 * an evaluation's prompt knows nothing that the question does not say.
 */
export function leastUsefulFirst(lines: readonly PageLine[], question: string): number[] {
  const asked = wordsOf(question)
  return lines
    .map((line, index) => ({ index, line, shared: [...wordsOf(line.text)].filter((word) => asked.has(word)).length }))
    .filter(({ line }) => line.kind !== 'header')
    .sort(
      (a, b) =>
        Number(a.line.kind === 'row') - Number(b.line.kind === 'row') ||
        a.shared - b.shared ||
        b.line.text.length - a.line.text.length ||
        a.index - b.index,
    )
    .map(({ index }) => index)
}

/** Words that tell something: numbers, and words of three letters or more that are not the commonest. */
function wordsOf(text: string): Set<string> {
  const words = text.toLowerCase().match(/[\p{L}\p{N}.]+/gu) ?? []
  return new Set(words.filter((word) => (/\d/.test(word) || word.length > 2) && !COMMON.has(word)))
}

const COMMON = new Set([
  'the',
  'and',
  'was',
  'what',
  'for',
  'were',
  'from',
  'that',
  'with',
  'are',
  'how',
  'much',
  'did',
])
