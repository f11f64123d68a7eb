/** Tokens that a character is spread over at most, and one before them; past it the bytes are no text and told as such. */
const longestCharacter = 5

/** Turns tokens into text as they come. */
export interface TextAssembler {
  /** Takes a token. `text`: what became certain by it; `stopped`: a stop string came, nothing more is to follow. */
  push(token: number): { readonly text: string; readonly stopped: boolean }
  /** What was held back, once no token follows. */
  end(): string
}

/**
 * Text of a completion, piece by piece: half a character waits for its other half, and what may be the beginning of a
 * stop string waits until it is one or is none. Stop strings are no part of the text.
 *
 * @param decode text of tokens; tokens that join (a character in several) are given to it together
 */
export function createTextAssembler(
  decode: (tokens: readonly number[]) => string,
  stop: readonly string[],
): TextAssembler {
  let tokens: number[] = []
  let told = '' // text of `tokens` that was passed on
  let held = ''
  let stopped = false

  /** The new text's certain part; the last whole token stays in front of the next, for decoders that look back. */
  function read(last: boolean): string {
    const text = decode(tokens)
    if (!last && text.endsWith('\ufffd') && tokens.length <= longestCharacter) return ''
    const fresh = text.slice(told.length)
    tokens = tokens.slice(-1)
    told = decode(tokens)
    return fresh
  }

  function release(fresh: string, last: boolean): string {
    held += fresh
    const found = stop.map((text) => held.indexOf(text)).filter((place) => place >= 0)
    if (found.length > 0) {
      stopped = true
      const text = held.slice(0, Math.min(...found))
      held = ''
      return text
    }
    const keep = last ? 0 : beginningOf(stop, held)
    const text = held.slice(0, held.length - keep)
    held = held.slice(held.length - keep)
    return text
  }

  return {
    push: (token) => {
      tokens.push(token)
      return { text: release(read(false), false), stopped }
    },
    end: () => (stopped ? '' : release(read(true), true)),
  }
}

/** Length of the longest end of the text that some stop string begins with. */
function beginningOf(stop: readonly string[], text: string): number {
  let longest = 0
  for (const string of stop) {
    for (let length = Math.min(string.length - 1, text.length); length > longest; length--) {
      if (text.endsWith(string.slice(0, length))) longest = length
    }
  }
  return longest
}
