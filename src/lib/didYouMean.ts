import { closest, distance } from 'fastest-levenshtein'

/** The allowed word nearest to a mistyped one; undefined where none is near enough to be meant. */
export function didYouMean(word: string, allowed: readonly string[]): string | undefined {
  if (allowed.length === 0) return undefined
  const plain = word.toLowerCase().replace(/[-_]/g, '')
  const sameLetters = allowed.find((candidate) => candidate.toLowerCase().replace(/[-_]/g, '') === plain)
  if (sameLetters !== undefined) return sameLetters
  const nearest = closest(word, allowed)
  return distance(word, nearest) <= Math.max(1, Math.floor(Math.max(word.length, nearest.length) * 0.4))
    ? nearest
    : undefined
}
