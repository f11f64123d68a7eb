import type { Verdict } from '../Verdict.js'

/** Verdicts of one judge, kept from run to run. */
export interface VerdictStore {
  get(key: string): Verdict | undefined
  /** Kept before it returns. Never throws: what cannot be written is only not kept. */
  put(key: string, verdict: Verdict): void
  close(): void
}
