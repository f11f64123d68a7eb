import { MaxHeap } from './MaxHeap.js'

interface Candidate {
  readonly left: number
  readonly right: number
  /** How often the pair stood in the text when the candidate was made; stale once the pair's count has changed. */
  readonly count: number
}

/**
 * Byte-pair encoding (Gage 1994; Sennrich et al. 2016): again and again the most frequent pair of neighbouring tokens becomes
 * a token. Of equally frequent pairs the one of lower ids goes first, so the result depends on the counts alone, not on the
 * order of the texts. A pair seen once is not merged.
 *
 * @param words how often each word stands in the text; a word is a string of alphabet symbols, merges stay within it
 * @param vocab token to id, holding every symbol; grows by the merged tokens until it has `vocabSize` entries or pairs run out
 * @returns     the merges, first to last
 */
export function learnMerges(
  words: ReadonlyMap<string, number>,
  vocab: Map<string, number>,
  vocabSize: number,
): [string, string][] {
  const tokens: string[] = []
  for (const [token, id] of vocab) tokens[id] = token
  const pieces = [...words.keys()].map((word) => Array.from(word, (symbol) => vocab.get(symbol)!))
  const frequencies = [...words.values()]

  const pairs = new PairCounts()
  pieces.forEach((word, w) => pairs.add(word, w, frequencies[w]))
  const heap = new MaxHeap<Candidate>(
    (a, b) => a.count - b.count > 0 || (a.count === b.count && (a.left - b.left || a.right - b.right) < 0),
  )
  const offer = (key: number) => heap.push({ ...pairOf(key), count: pairs.counts.get(key)! })
  for (const key of pairs.counts.keys()) offer(key)

  const merges: [string, string][] = []
  while (vocab.size < vocabSize) {
    const best = heap.pop()
    if (best === undefined || best.count < 2) break
    const { left, right } = best
    if (pairs.counts.get(keyOf(left, right)) !== best.count) continue // its newer count is in the heap as well
    const token = tokens[left] + tokens[right]
    merges.push([tokens[left], tokens[right]])
    const id = vocab.get(token) ?? tokens.length // two ways to the same token share its id
    vocab.set(token, id)
    tokens[id] = token
    const changed = new Set<number>()
    for (const w of pairs.wordsWith(left, right)) {
      pairs.remove(pieces[w], frequencies[w], changed)
      pieces[w] = merged(pieces[w], left, right, id)
      pairs.add(pieces[w], w, frequencies[w], changed)
    }
    for (const key of changed) if (pairs.counts.get(key)! > 0) offer(key)
  }
  return merges
}

/** Counts of neighbouring pairs, weighted by how often their words occur, and the words in which each occurs. */
class PairCounts {
  readonly counts = new Map<number, number>()
  private readonly places = new Map<number, Set<number>>()

  add(word: readonly number[], w: number, frequency: number, changed?: Set<number>): void {
    for (let i = 0; i + 1 < word.length; i++) {
      const key = keyOf(word[i], word[i + 1])
      this.counts.set(key, (this.counts.get(key) ?? 0) + frequency)
      const places = this.places.get(key)
      if (places) places.add(w)
      else this.places.set(key, new Set([w]))
      changed?.add(key)
    }
  }

  remove(word: readonly number[], frequency: number, changed: Set<number>): void {
    for (let i = 0; i + 1 < word.length; i++) {
      const key = keyOf(word[i], word[i + 1])
      this.counts.set(key, this.counts.get(key)! - frequency)
      changed.add(key)
    }
  }

  /** Words that hold the pair, or held it once: merging them again changes nothing. */
  wordsWith(left: number, right: number): number[] {
    return [...this.places.get(keyOf(left, right))!]
  }
}

function merged(word: readonly number[], left: number, right: number, id: number): number[] {
  const out: number[] = []
  for (let i = 0; i < word.length; i++) {
    if (word[i] === left && word[i + 1] === right) {
      out.push(id)
      i++
    } else {
      out.push(word[i])
    }
  }
  return out
}

// Ids stay far below 2^24, so a pair is one exact float64 integer.
const keyOf = (left: number, right: number): number => left * 2 ** 24 + right
const pairOf = (key: number): { left: number; right: number } => ({
  left: Math.floor(key / 2 ** 24),
  right: key % 2 ** 24,
})
