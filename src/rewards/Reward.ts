import type { Verdict } from '../verifier/Verdict.js'
import type { VerifierQuery } from '../verifier/VerifierQuery.js'

/** One completion to score. */
export interface RewardInput {
  readonly prompt: string
  readonly completion: string
  /** Completion length in tokens, and whether it was cut at the limit. */
  readonly tokens: number
  readonly finishReason: 'stop' | 'length'
  /** Gold side of the verifier's query; the answer comes from the completion. */
  readonly gold: Omit<VerifierQuery, 'answer'>
}

/** A reward per completion; null where it could not be known (a judge that failed), which is never a 0. */
export interface RewardOutput {
  readonly value: number | null
  readonly verdict?: Verdict
}

/** Scores completions, a batch at a time. */
export interface Reward {
  /** Under which it stands in the log. */
  readonly name: string
  /**
   * What a gold completion must get, or the check before step 1 fails; null: that depends (its length, a judge's taste),
   * so gold is not held to it.
   */
  readonly best: number | null
  score(inputs: readonly RewardInput[], signal?: AbortSignal): Promise<RewardOutput[]>
}
