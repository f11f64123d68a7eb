import type { RotaryAngles } from './RotaryAngles.js'
import { rotaryCosSin } from './rotaryCosSin.js'

type Table = ReturnType<typeof rotaryCosSin>

/** Kept as long as the model's frequencies, by scaling. */
const tables = new WeakMap<Float32Array, Map<number, Table>>()

/** cos and sin by position, [at least the largest of `positions` + 1, headDim / 2]; kept, and grown in powers of two. */
export function rotaryTable({ positions, frequencies, scaling }: RotaryAngles): Table {
  let kept = tables.get(frequencies)
  if (!kept) tables.set(frequencies, (kept = new Map<number, Table>()))
  const needed = positions.reduce((most, position) => Math.max(most, position), 0) + 1
  const table = kept.get(scaling)
  if (table && table.cosine.length >= needed * frequencies.length) return table
  const size = Math.max(64, 2 ** Math.ceil(Math.log2(needed)))
  const grown = rotaryCosSin(Int32Array.from({ length: size }, (_, i) => i), frequencies, scaling) // prettier-ignore
  kept.set(scaling, grown)
  return grown
}
