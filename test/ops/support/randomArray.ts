import type { KeyedRandom } from '../../../src/lib/keyedRandom.js'

/** Standard normal numbers times scale. */
export function randomArray(random: KeyedRandom, size: number, scale = 1): Float32Array {
  return Float32Array.from({ length: size }, () => random.normal() * scale)
}
