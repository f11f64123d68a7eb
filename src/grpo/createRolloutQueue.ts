import type { GrpoOptions } from './GrpoOptions.js'
import { sampleBatch, type PreparedBatch } from './sampleBatch.js'

/** A scored batch and the batch that training was at when it was sampled. Plain JSON: a checkpoint carries it. */
export interface SampledBatch {
  readonly index: number
  readonly sampledAt: number
  readonly scored: PreparedBatch
}

export interface RolloutQueue {
  /** The index-th batch; first begins those that may run ahead. Staleness: batches trained since it was sampled. */
  take(index: number, signal: AbortSignal): Promise<{ scored: PreparedBatch; staleness: number }>
  /** Those that are ready and not taken. */
  finished(): SampledBatch[]
  restore(batches: readonly SampledBatch[]): void
}

/**
 * Batches sampled and scored up to `maxStaleness` ahead of training. With 0 a batch begins when it is asked for, so it comes
 * from the weights of now. What was begun but not finished at a checkpoint is sampled again, from newer weights.
 */
export function createRolloutQueue(options: GrpoOptions): RolloutQueue {
  const { maxStaleness, steps, updatesPerBatch } = options
  const batches = Math.ceil(steps / updatesPerBatch)
  const begun = new Map<number, { readonly sampledAt: number; readonly scored: Promise<PreparedBatch> }>()
  const ready = new Map<number, SampledBatch>()

  function begin(index: number, sampledAt: number, signal: AbortSignal): void {
    if (begun.has(index) || index >= batches) return
    const scored = sampleBatch(options, index, signal)
    begun.set(index, { sampledAt, scored })
    // A failure is thrown to whoever takes the batch.
    scored.then(
      (batch) => ready.set(index, { index, sampledAt, scored: batch }),
      () => undefined,
    )
  }

  return {
    async take(index, signal) {
      for (let ahead = index; ahead <= index + maxStaleness; ahead++) begin(ahead, index, signal)
      const { scored, sampledAt } = begun.get(index)!
      try {
        return { scored: await scored, staleness: index - sampledAt }
      } finally {
        begun.delete(index)
        ready.delete(index)
      }
    },
    finished: () => [...ready.values()],
    restore(batches) {
      begun.clear()
      ready.clear()
      for (const batch of batches) {
        ready.set(batch.index, batch)
        begun.set(batch.index, { sampledAt: batch.sampledAt, scored: Promise.resolve(batch.scored) })
      }
    },
  }
}
