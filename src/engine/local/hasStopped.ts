import type { SampleParams } from '../Engine.js'

/** Whether a completion ends with its last token: a stop token, or one that completes a stop string in its text. */
export function hasStopped(
  tokens: readonly number[],
  { stop, stopTokenIds }: Pick<SampleParams, 'stop' | 'stopTokenIds'>,
  decode?: (tokens: readonly number[]) => string,
): boolean {
  if (stopTokenIds.includes(tokens[tokens.length - 1])) return true
  if (stop.length === 0 || !decode) return false
  // A token holds at least one byte, so a string that ends here began at most its bytes ago; some more for a split character.
  const window = Math.max(...stop.map((text) => Buffer.byteLength(text))) + 8
  const tail = decode(tokens.slice(-window))
  return stop.some((text) => tail.includes(text))
}
