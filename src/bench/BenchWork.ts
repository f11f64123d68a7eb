import type { benchModels } from './benchModels.js'

/** A piece of work that is timed, ours and the peers' alike. */
export interface BenchWork {
  readonly name: string
  readonly kind: 'gemm' | 'sft' | 'sample' | 'grpo'
  readonly model: keyof typeof benchModels
  readonly dtype: 'float32' | 'bfloat16'
  /** Of training, as a recipe for such a machine would say it: memory depends on it, the result does not. */
  readonly microBatchTokens?: number
  /** What the peers run, each a variant; the fastest counts. See peer/peer.py. */
  readonly peers: readonly PeerVariant[]
  /** Peers' seconds ÷ ours: the least that `--check` accepts, and the aim. */
  readonly speed: { readonly least: number; readonly aim: number }
  /** Our peak memory ÷ the peers': the most that `--check` accepts, and the aim. */
  readonly memory?: { readonly most: number; readonly aim: number }
}

export interface PeerVariant {
  /** bf16-autocast: float32 weights under autocast; bf16: bfloat16 weights. */
  readonly dtype: 'fp32' | 'bf16-autocast' | 'bf16'
  readonly checkpointing?: boolean
}
