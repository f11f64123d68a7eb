import { createHash } from 'node:crypto'
import { oneLine } from './oneLine.js'
import type { PairExample } from './PairExample.js'

const schema = 'fintune.seen-pairs/1'
const bits = 1 << 22
const hashes = 7

type Pair = Pick<PairExample, 'gold' | 'answer'>

/**
 * The pairs that a judge was trained on, remembered as a Bloom filter (half a MiB) over what it reads of them: a pair
 * that was seen is always known, of others one in some hundreds is taken for seen too (350,000 pairs).
 */
export class SeenPairs {
  readonly #filter: Uint8Array

  private constructor(filter: Uint8Array) {
    this.#filter = filter
  }

  static none(): SeenPairs {
    return new SeenPairs(new Uint8Array(bits / 8))
  }

  /** @throws Error where the bytes are not what toBytes gives */
  static fromBytes(bytes: Uint8Array): SeenPairs {
    const header = Buffer.from(`${schema}\n`)
    const whole = bytes.length === header.length + bits / 8 && header.equals(bytes.subarray(0, header.length))
    if (!whole) throw new Error(`no ${schema}`)
    return new SeenPairs(bytes.slice(header.length))
  }

  toBytes(): Uint8Array {
    return Buffer.concat([Buffer.from(`${schema}\n`), this.#filter])
  }

  add(pair: Pair): void {
    for (const place of placesOf(pair)) this.#filter[place >> 3] |= 1 << (place & 7)
  }

  has(pair: Pair): boolean {
    return placesOf(pair).every((place) => (this.#filter[place >> 3] & (1 << (place & 7))) !== 0)
  }
}

function placesOf({ gold, answer }: Pair): number[] {
  const digest = createHash('sha256')
    .update(`${oneLine(gold)}\n${oneLine(answer)}`)
    .digest()
  return Array.from({ length: hashes }, (_, i) => digest.readUInt32LE(4 * i) % bits)
}
