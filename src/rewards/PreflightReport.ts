/** A gold answer that does not score full marks. */
export interface GoldFailure {
  readonly id: string
  readonly target: string
  /** Null: unknown, a judge failed. */
  readonly total: number | null
  readonly byName: Readonly<Record<string, number | null>>
  /** What the verifier said, where it was asked. */
  readonly reason?: string
}

/** A known-bad completion that scored full marks. */
export interface KnownBadFailure {
  readonly id: string
  readonly name: string
  readonly completion: string
  readonly reason?: string
}

/** What the rewards made of gold and known-bad completions before step 1. */
export interface PreflightReport {
  readonly fullMarks: number
  readonly gold: { readonly scored: number; readonly failures: readonly GoldFailure[] }
  readonly knownBad: { readonly scored: number; readonly failures: readonly KnownBadFailure[] }
  /** Rewards that gold is not held to, and that could not say anything of it. */
  readonly silent: readonly { readonly name: string; readonly reason: string }[]
}
