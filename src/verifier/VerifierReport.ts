/** How often a verifier is wrong on pairs of known label. Shares; an unknown verdict is an error too. */
export interface ErrorRates {
  readonly n: number
  /** Wrong or unknown ÷ n. */
  readonly error: number
  /** Different pairs called equivalent ÷ different pairs. */
  readonly false_accept: number
  /** Equivalent pairs called different ÷ equivalent pairs. */
  readonly false_reject: number
  /** Without a verdict ÷ n. */
  readonly unknown: number
}

export interface VerifierReport extends ErrorRates {
  readonly verifier: string
  /** Wilson's 95 % intervals. */
  readonly ci95: Readonly<Record<'error' | 'false_accept' | 'false_reject', readonly [number, number]>>
  readonly by_category: Readonly<Record<string, ErrorRates>>
  readonly verdicts_per_s: number
}
