/** What went into a run and what came out: enough to tell whether two runs are the same, and to check one later. */
export interface Receipt {
  readonly schema: 'fintune.receipt/1'
  readonly run: string
  readonly status: string
  /** Processes that worked on it. */
  readonly attempts: number
  readonly in: {
    /** SHA-256 of recipe.yaml, every default in it. */
    readonly recipe: string
    /** SHA-256 of this program's modules; absent where the run does not say. */
    readonly code?: string
    /** Program, Node, engine, backend, kernels, threads, arithmetic. */
    readonly versions: Readonly<Record<string, string>>
    readonly model: { readonly path: string; readonly sha256: string }
    readonly data: readonly { readonly path: string; readonly sha256: string; readonly examples: number }[]
    /** The run's, and those of data sources that are generated. */
    readonly seeds: Readonly<Record<string, number>>
    /** Names rules, model and prompt; absent where nothing was verified. */
    readonly verifier?: string
  }
  readonly out: {
    /** Optimizer steps logged. */
    readonly steps: number
    /** SHA-256 of the deterministic fields of the canonical step log. */
    readonly stepLog: string
    /** The weights after each finished stage. */
    readonly models: readonly { readonly path: string; readonly sha256: string }[]
    readonly evaluations: readonly {
      readonly path: string
      readonly sha256: string
      readonly n: number
      readonly execution_accuracy: number
    }[]
  }
}
