import type { BenchMeasure } from './BenchMeasure.js'
import type { BenchWork, PeerVariant } from './BenchWork.js'

/** All measures of one work. */
export interface BenchResult {
  readonly work: BenchWork
  readonly ours: BenchMeasure
  /** The fastest variant of the peers; null where there is no peer to run. */
  readonly peer: (BenchMeasure & { readonly variant: PeerVariant }) | null
  /** Peers' median time ÷ ours (`gemm`: geometric mean over the shapes). */
  readonly speedup: number | null
  /** Our peak memory ÷ the peers'. */
  readonly memoryRatio: number | null
  /** What falls short of the work's bounds. */
  readonly problems: readonly string[]
}
