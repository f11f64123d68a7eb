/** Whether an answer means the same as the gold one. `unknown` is never a 0: the sample leaves the statistics. */
export interface Verdict {
  readonly verdict: 'equivalent' | 'different' | 'unknown'
  /** In words, e.g. "0.98 and 98 % are the same number". */
  readonly reason: string
  /** Who decided: the rule's name, or `model`. */
  readonly decidedBy: string
  /** P(equivalent) where a model gives one. */
  readonly score?: number
  /** Milliseconds a judge took; absent for rules and the cache. */
  readonly latencyMs?: number
  /** Tokens a judge read and wrote for it, where it tells them. */
  readonly usage?: { readonly promptTokens: number; readonly completionTokens: number }
  readonly cached?: boolean
}
