import type { TextSpan } from './TextSpan.js'

/**
 * 1 for each token that holds a character of a span, 0 for the others, [ids]. A token that straddles a span's edge (an
 * answer that begins with a newline after a header's newline) belongs to the span, as in Transformers.
 *
 * Where a token's bytes lie follows from the tokens' lengths, if these add up to the text's. Else (a normalizer changed the
 * text, or bytes without a token were dropped) an edge is found by encoding the text up to it and counting the ids that
 * agree with the whole text's; exact as well, but the work grows with the square of the turns.
 *
 * @param text       the whole text
 * @param ids        its tokens
 * @param spans      in order, not overlapping
 * @param byteLength bytes that a token of a byte-level vocabulary stands for
 */
export function spansToMask(
  text: string,
  ids: readonly number[],
  spans: readonly TextSpan[],
  { encode, byteLength }: { encode: (text: string) => number[]; byteLength: (id: number) => number },
): number[] {
  const mask = new Array<number>(ids.length).fill(0)
  const ends: number[] = []
  for (const [i, id] of ids.entries()) ends.push((ends[i - 1] ?? 0) + byteLength(id))
  const edges = ends.at(-1) === Buffer.byteLength(text) ? edgesByLength(ends) : edgesByEncoding(ids, encode)
  for (const [start, end] of spans) {
    if (start !== end) mask.fill(1, ...edges(text.slice(0, start), text.slice(0, end)))
  }
  return mask
}

/** First token of a span and the one after its last, by the text up to its start and up to its end. */
type Edges = (before: string, upTo: string) => [first: number, last: number]

function edgesByLength(ends: readonly number[]): Edges {
  return (before, upTo) => {
    const [start, end] = [Buffer.byteLength(before), Buffer.byteLength(upTo)]
    return [lowestAbove(ends, start), lowestAbove(ends, end - 1) + 1]
  }
}

/** Index of the first token that ends after the byte offset (binary search). */
function lowestAbove(ends: readonly number[], offset: number): number {
  let [low, high] = [0, ends.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (ends[middle] > offset) high = middle
    else low = middle + 1
  }
  return low
}

function edgesByEncoding(ids: readonly number[], encode: (text: string) => number[]): Edges {
  return (before, upTo) => {
    const whole = encode(upTo)
    const agreed = agreeing(whole, ids)
    return [agreeing(encode(before), ids), agreed < whole.length ? agreed + 1 : agreed]
  }
}

function agreeing(prefix: readonly number[], ids: readonly number[]): number {
  let count = 0
  while (count < prefix.length && prefix[count] === ids[count]) count++
  return count
}
