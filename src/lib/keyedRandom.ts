import { createHash } from 'node:crypto'

/** A stream of random numbers that depends on its key alone, never on what was drawn elsewhere. */
export interface KeyedRandom {
  /** Uniform in [0, 1), 32 bits. */
  uniform(): number
  /** Uniform integer in [0, bound). */
  integer(bound: number): number
  /** Standard normal (Box-Muller). */
  normal(): number
  /** A new array with the items in random order (Fisher-Yates). */
  shuffled<T>(items: readonly T[]): T[]
  /** One item of a non-empty array. */
  pick<T>(items: readonly T[]): T
}

/**
 * Random numbers keyed by what they are for, e.g. keyedRandom(seed, 'grpo', step, prompt, sample):
 * a step run again draws the same numbers, whatever ran before it.
 *
 * SHA-256 of the key seeds sfc32 (a small counter-based generator that passes PractRand).
 */
export function keyedRandom(...key: readonly (string | number)[]): KeyedRandom {
  const digest = createHash('sha256').update(JSON.stringify(key)).digest()
  let a = digest.readUInt32LE(0)
  let b = digest.readUInt32LE(4)
  let c = digest.readUInt32LE(8)
  let d = digest.readUInt32LE(12)
  const next = (): number => {
    const t = (((a + b) | 0) + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + t) | 0
    return t >>> 0
  }
  const uniform = () => next() / 4294967296
  const integer = (bound: number) => Math.floor(uniform() * bound)
  return {
    uniform,
    integer,
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    shuffled: (items) => {
      const out = [...items]
      for (let i = out.length - 1; i > 0; i--) {
        const j = integer(i + 1)
        const held = out[i]
        out[i] = out[j]
        out[j] = held
      }
      return out
    },
    pick: (items) => items[integer(items.length)],
  }
}
