import type { PairedComparison } from '../eval/comparePaired.js'
import type { EvalResult } from '../eval/EvalResult.js'
import type { Ledger } from '../metrics/ledger/Ledger.js'
import type { StepLogLine } from '../metrics/StepLogLine.js'

/** What a run tells whoever watches it; the terminal and --json are two of these. */
export interface RunReporter {
  /** A sentence for people: what begins, what was left out, where files are. */
  say(message: string): void
  warn(message: string): void
  /** Where the current work stands; replaces what was there. */
  progress(text: string): void
  step(line: StepLogLine, of: { totalSteps: number }): void
  evaluated(result: EvalResult): void
}

/** What a run came to. */
export interface RunOutcome {
  readonly directory: string
  readonly evaluations: readonly EvalResult[]
  readonly comparisons: readonly PairedComparison[]
  /** Where the time went; absent for a run of an earlier version. */
  readonly ledger?: Ledger
}
