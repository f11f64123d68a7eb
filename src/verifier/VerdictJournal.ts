import type { JudgePair } from './Judge.js'
import type { Verdict } from './Verdict.js'

/** Remembers what a judge said beyond the process, so that a step that is repeated after a crash sees the same verdicts. */
export interface VerdictJournal {
  /** What the judge said of a pair before; undefined: ask it. */
  find(pair: JudgePair): Verdict | undefined
  /** Takes down what the judge said, before anybody uses it. */
  keep(entries: readonly { readonly pair: JudgePair; readonly verdict: Verdict }[]): void
}
