import type { TextSpan } from './TextSpan.js'

/**
 * 1 for each token that holds a character of a span, 0 for the others, [ids].
 *
 * A span's edge is found by encoding the text up to it and counting the ids that agree with the whole text's; where a token
 * straddles the edge (an answer that begins with a newline after a header's newline) it belongs to the span, as in Transformers.
 *
 * @param text   the whole text
 * @param ids    its tokens
 * @param spans  in order, not overlapping
 */
export function spansToMask(
  text: string,
  ids: readonly number[],
  spans: readonly TextSpan[],
  encode: (text: string) => number[],
): number[] {
  const mask = new Array<number>(ids.length).fill(0)
  for (const [start, end] of spans) {
    if (start === end) continue
    const first = agreeing(encode(text.slice(0, start)), ids)
    const upTo = encode(text.slice(0, end))
    const agreed = agreeing(upTo, ids)
    mask.fill(1, first, agreed < upTo.length ? agreed + 1 : agreed)
  }
  return mask
}

function agreeing(prefix: readonly number[], ids: readonly number[]): number {
  let count = 0
  while (count < prefix.length && prefix[count] === ids[count]) count++
  return count
}
