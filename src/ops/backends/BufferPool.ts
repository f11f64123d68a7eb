import { MemoryBudgetError } from '../MemoryBudgetError.js'

/** Arrays below this many floats are not worth keeping: the allocator is quick with them. */
const smallest = 16_384
/** Idle bytes kept beyond the most that was ever used, for sizes that take turns. */
const spare = 2 ** 28
/** Where a pool's arrays come from, and how it lets go of those that it will not use again. */
export interface BufferSource {
  allocate(bytes: number): ArrayBuffer
  discard(buffer: ArrayBuffer): void
}

/**
 * Large Float32Arrays for use again and again: fresh ones cost a page fault for every 4 kB.
 * What `take` returns holds whatever was in it before. Sizes are rounded up to quarters of powers of two, and an array
 * of up to twice the size will do, so that batches of various sizes share arrays. Idle arrays are kept as far as what is
 * used has ever come, and `spare` beyond: so the process stays near the most that it needs at once.
 * Everything that tensors hold is counted against one budget.
 */
export class BufferPool {
  private readonly idle = new Map<number, ArrayBuffer[]>()
  private idleBytes = 0
  private usedBytes = 0
  private mostBytes = 0

  constructor(
    private readonly budgetBytes: number,
    private readonly source: BufferSource,
  ) {}

  /** Bytes that tensors hold now, and the most they held at once. */
  get usage(): { readonly usedBytes: number; readonly mostBytes: number; readonly budgetBytes: number } {
    return { usedBytes: this.usedBytes, mostBytes: this.mostBytes, budgetBytes: this.budgetBytes }
  }

  /** @throws MemoryBudgetError when the memory budget does not allow it */
  take(length: number): Float32Array {
    if (length < smallest) {
      this.count(length * 4)
      return new Float32Array(length)
    }
    const bytes = capacityOf(length) * 4
    const kept = this.takeIdle(bytes)
    this.count(kept?.byteLength ?? bytes)
    if (!kept) this.makeRoom()
    return new Float32Array(kept ?? this.allocate(bytes), 0, length)
  }

  /** Takes an array back; `reusable` false where somebody may still look at it. */
  give(array: Float32Array, reusable: boolean): void {
    const bytes = array.buffer.byteLength
    this.usedBytes -= bytes
    if (!reusable || array.length < smallest) return
    const list = this.idle.get(bytes)
    if (list) list.push(array.buffer as ArrayBuffer)
    else this.idle.set(bytes, [array.buffer as ArrayBuffer])
    this.idleBytes += bytes
  }

  /** Counts memory that came from elsewhere (a weight read from a file). @throws MemoryBudgetError */
  count(bytes: number): void {
    if (this.usedBytes + bytes > this.budgetBytes) throw new MemoryBudgetError(this.usedBytes, bytes, this.budgetBytes)
    this.usedBytes += bytes
    this.mostBytes = Math.max(this.mostBytes, this.usedBytes)
  }

  discount(bytes: number): void {
    this.usedBytes -= bytes
  }

  /** The smallest idle array of at least so many bytes, and at most twice as many. */
  private takeIdle(bytes: number): ArrayBuffer | undefined {
    let quarter = 2 ** (Math.floor(Math.log2(bytes)) - 2)
    for (let size = bytes; size <= 2 * bytes; size += quarter) {
      if (size === 8 * quarter) quarter *= 2
      const kept = this.idle.get(size)?.pop()
      if (!kept) continue
      this.idleBytes -= size
      return kept
    }
    return undefined
  }

  /** Lets idle arrays go, the largest first, where they and the used ones would be well past the most that was ever used. */
  private makeRoom(): void {
    const most = Math.min(this.budgetBytes, this.mostBytes + spare)
    if (this.usedBytes + this.idleBytes <= most) return
    for (const bytes of [...this.idle.keys()].sort((a, b) => b - a)) {
      const list = this.idle.get(bytes)!
      while (this.usedBytes + this.idleBytes > most && list.length > 0) {
        this.source.discard(list.pop()!)
        this.idleBytes -= bytes
      }
    }
  }

  private allocate(bytes: number): ArrayBuffer {
    try {
      return this.source.allocate(bytes)
    } catch {
      this.usedBytes -= bytes
      throw new MemoryBudgetError(this.usedBytes, bytes, this.budgetBytes)
    }
  }
}

function capacityOf(length: number): number {
  if (length < smallest) return length
  const quarter = 2 ** (Math.floor(Math.log2(length)) - 2)
  return Math.ceil(length / quarter) * quarter
}
