import type { SequenceLayout } from './SequenceLayout.js'

/** Lays segments one after the other; `prefix` is the index of the segment that one continues, −1 or absent for none. */
export function makeSequenceLayout(segments: readonly { length: number; prefix?: number }[]): SequenceLayout {
  const count = segments.length
  const starts = new Int32Array(count)
  const lengths = new Int32Array(count)
  const prefixes = new Int32Array(count).fill(-1)
  let tokens = 0
  for (let s = 0; s < count; s++) {
    starts[s] = tokens
    lengths[s] = segments[s].length
    prefixes[s] = segments[s].prefix ?? -1
    tokens += segments[s].length
  }
  const positions = new Int32Array(tokens)
  for (let s = 0; s < count; s++) {
    const offset = prefixes[s] < 0 ? 0 : lengths[prefixes[s]]
    for (let i = 0; i < lengths[s]; i++) positions[starts[s] + i] = offset + i
  }
  return { tokens, starts, lengths, prefixes, positions }
}
