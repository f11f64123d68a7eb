import type { Verdict } from './Verdict.js'
import type { Verifier } from './Verifier.js'
import type { VerifierStatistics } from './VerifierStatistics.js'

/** A verifier that counts what it does. */
export interface MeasuredVerifier extends Verifier {
  /** Counts what somebody else judged (a rubric, a module) with its own verdicts. */
  count(verdict: Verdict): void
  /** What was counted since the last call, which starts the count anew. */
  takeStatistics(): VerifierStatistics
}
