import type { Verdict } from './Verdict.js'
import type { VerifierQuery } from './VerifierQuery.js'

/** Judges answers; batched, so that a model can take them together. Never throws for a query: a failed judge says unknown. */
export interface Verifier {
  /** Names everything that shapes verdicts (judge, prompt version, rules); part of cache keys and receipts. */
  readonly version: string
  verify(queries: readonly VerifierQuery[], signal?: AbortSignal): Promise<Verdict[]>
  close(): Promise<void>
}
