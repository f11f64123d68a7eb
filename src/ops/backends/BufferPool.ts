import { FintuneError } from '../../lib/FintuneError.js'

/** Arrays below this many floats are not worth keeping: the allocator is quick with them. */
const smallest = 16_384
/**
 * Bytes of unused arrays kept. Below a training step's activations every step would allocate the rest anew: page faults,
 * and V8 answers external memory with full collections (pretraining ran at 2,700 tokens/s with 256 MB, 5,200 with all kept).
 */
const mostIdle = 2 ** 30

/**
 * Large Float32Arrays for use again and again: fresh ones cost a page fault for every 4 kB.
 * What `take` returns holds whatever was in it before. Sizes are rounded up to quarters of powers of two, so that
 * batches of nearly one size share arrays.
 */
export class BufferPool {
  private readonly idle = new Map<number, ArrayBuffer[]>()
  private idleBytes = 0
  private usedBytes = 0

  constructor(private readonly budgetBytes: number) {}

  /** @throws FintuneError when the memory budget does not allow it */
  take(length: number): Float32Array {
    const bytes = capacityOf(length) * 4
    if (this.usedBytes + bytes > this.budgetBytes) throw this.overBudget(bytes)
    this.usedBytes += bytes
    if (length < smallest) return new Float32Array(length)
    const kept = this.idle.get(bytes)?.pop()
    if (kept) this.idleBytes -= bytes
    return new Float32Array(kept ?? new ArrayBuffer(bytes), 0, length)
  }

  /** Takes an array back; `reusable` false where somebody may still look at it. */
  give(array: Float32Array, reusable: boolean): void {
    const bytes = capacityOf(array.length) * 4
    this.usedBytes -= bytes
    if (!reusable || array.length < smallest || this.idleBytes + bytes > mostIdle) return
    const list = this.idle.get(bytes)
    if (list) list.push(array.buffer as ArrayBuffer)
    else this.idle.set(bytes, [array.buffer as ArrayBuffer])
    this.idleBytes += bytes
  }

  private overBudget(bytes: number): FintuneError {
    const gigabytes = (size: number) => `${(size / 2 ** 30).toFixed(2)} GB`
    return new FintuneError(
      `Out of the memory budget: ${gigabytes(this.usedBytes)} are in use, ${gigabytes(bytes)} more are needed, ` +
        `${gigabytes(this.budgetBytes)} are allowed. Lower microBatchTokens or maxLength in the recipe, or raise ` +
        'FINTUNE_MEMORY_LIMIT.',
    )
  }
}

function capacityOf(length: number): number {
  if (length < smallest) return length
  const quarter = 2 ** (Math.floor(Math.log2(length)) - 2)
  return Math.ceil(length / quarter) * quarter
}
