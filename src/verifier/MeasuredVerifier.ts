import type { Verifier } from './Verifier.js'
import type { VerifierStatistics } from './VerifierStatistics.js'

/** A verifier that counts what it does. */
export interface MeasuredVerifier extends Verifier {
  /** What was counted since the last call, which starts the count anew. */
  takeStatistics(): VerifierStatistics
}
