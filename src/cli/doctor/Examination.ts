import type { BackendDescription } from '../../ops/describeBackends.js'

/** What `fintune doctor` finds. */
export interface Examination {
  readonly fintune: string
  readonly node: string
  readonly platform: string
  readonly processor: {
    readonly model: string
    /** Processors this process may use. */
    readonly threads: number
    /** Vector instructions that kernels can use, e.g. avx2; empty where the system does not say. */
    readonly instructions: readonly string[]
    /** FINTUNE_ISA, where it is set. */
    readonly forced?: string
  }
  readonly memory: {
    readonly totalBytes: number
    /** A container's limit, where there is one. */
    readonly limitBytes?: number
    readonly availableBytes: number
    /** FINTUNE_MEMORY_LIMIT, where it is set. */
    readonly budget?: string
  }
  /** In order of preference. */
  readonly backends: readonly BackendDescription[]
  /** The one that `auto` takes; null: none works. */
  readonly backend: string | null
  readonly embedded: { readonly base: boolean; readonly verifier: boolean }
}
