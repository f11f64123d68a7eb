const tags = ['<think>', '</think>', '<answer>', '</answer>'] as const

/**
 * Whether the whole completion is exactly `<think>…</think><answer>…</answer>` (Fin-R1 §2.3): each tag once and in this
 * order, something to read within think, nothing but white space before, between and after the two. Linear in the length.
 */
export function isWellFormed(completion: string): boolean {
  const places = tags.map((tag) => completion.indexOf(tag))
  if (places.some((place, i) => place < 0 || place !== completion.lastIndexOf(tags[i]))) return false
  const [thinkOpen, thinkClose, answerOpen, answerClose] = places
  if (!(thinkOpen < thinkClose && thinkClose < answerOpen && answerOpen < answerClose)) return false
  const between = (from: number, to: number) => completion.slice(from, to)
  const think = between(thinkOpen + tags[0].length, thinkClose)
  const outside = [
    between(0, thinkOpen),
    between(thinkClose + tags[1].length, answerOpen),
    between(answerClose + tags[3].length, completion.length),
  ]
  return readable.test(think) && outside.every((text) => text.trim() === '')
}

// White space alone is empty, and so are characters nobody sees (zero-width spaces, direction marks).
const readable = /[^\s\p{C}\p{Z}]/u
