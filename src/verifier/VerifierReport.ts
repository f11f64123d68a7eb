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

/** What the rules alone say of the same pairs. */
export interface RulesAgreement {
  /** Pairs the rules decide ÷ n. */
  readonly coverage: number
  /** Of these, pairs on which the verifier says the same. Absent where they decide none. */
  readonly agreement?: number
}

/** What the judge's calls came to. Absent: no model was asked, or it tells nothing. */
export interface VerifierCost {
  readonly calls: number
  readonly prompt_tokens: number
  readonly completion_tokens: number
  /** In the currency of the prices given. */
  readonly price?: number
}

export interface VerifierReport extends ErrorRates {
  readonly verifier: string
  /** With a verdict ÷ n. */
  readonly coverage: number
  /** Wilson's 95 % intervals. */
  readonly ci95: Readonly<Record<'error' | 'false_accept' | 'false_reject', readonly [number, number]>>
  readonly by_category: Readonly<Record<string, ErrorRates>>
  /** Pairs that the embedded judge was trained on ÷ n, and the rates on all others. Absent where that is not known. */
  readonly seen_in_training?: number
  readonly held_out?: ErrorRates
  readonly rules: RulesAgreement
  readonly verdicts_per_s: number
  /** Of the judge's calls, milliseconds. */
  readonly latency_ms?: { readonly p50: number; readonly p95: number }
  readonly cost?: VerifierCost
  /** Who decided how many. */
  readonly decided_by: Readonly<Record<string, number>>
}

/** Answers that must not be accepted, apart from the rest. */
export interface AttackReport {
  readonly n: number
  readonly false_accept: number
  /** Wilson's 95 % interval. */
  readonly ci95: readonly [number, number]
  readonly by_kind: Readonly<Record<string, { readonly n: number; readonly false_accept: number }>>
  /** Those that were accepted. */
  readonly accepted: readonly { readonly gold: string; readonly answer: string; readonly reason: string }[]
}

/** What a verifier must keep to be trusted; absent: anything goes. */
export interface VerifierLimits {
  readonly error?: number
  readonly false_accept?: number
  readonly false_reject?: number
  readonly attack?: number
}
