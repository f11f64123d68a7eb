/** Where a run's time went and what it got done, over all its attempts. What is not known is absent. */
export interface Ledger {
  /** Processes that worked on it. */
  readonly attempts: number
  /** From the run's first start to its last step or evaluation, stops in between included. */
  readonly wallSeconds: number
  /** Steps that count: those run again after a stop once. */
  readonly steps: number
  /** Spent on steps that a stop lost and that were run again. */
  readonly lostSeconds: number
  /** Time of the steps that count ÷ wallSeconds. */
  readonly effectiveTrainingRatio: number
  /** Of wallSeconds, by part: rollout, verify, reference, train, sync, checkpoint, evaluate; `other` is all the rest. */
  readonly seconds: Readonly<Record<string, number>>
  /** Run through training. */
  readonly tokens: number
  /** A second of step time. */
  readonly tokensPerSecond: number
  /** Float operations needed ÷ those possible at this machine's measured peak, over the steps' time. */
  readonly mfu?: number
  /** That peak, float operations a second. */
  readonly peakFlops?: number
  readonly judge?: {
    /** Answers verified, by rules or judge. */
    readonly answers: number
    /** Calls of the judge's model. */
    readonly calls: number
    readonly unknown: number
    readonly promptTokens?: number
    readonly completionTokens?: number
    /** In the currency of log.judgePrices. */
    readonly cost?: number
  }
}
