import type { RewardInput } from '../rewards/Reward.js'
import type { Verdict } from '../verifier/Verdict.js'

/**
 * Scores completions: the combined reward, each reward by name (null: unknown), verdicts, and the verifier's counters.
 * `batch` names what is scored (stage, batch, round of resampling): scored again, it gets the same verdicts.
 */
export type ScoreCompletions = (
  inputs: readonly RewardInput[],
  batch: string,
  signal?: AbortSignal,
) => Promise<{
  readonly total: readonly (number | null)[]
  readonly byName: Readonly<Record<string, readonly (number | null)[]>>
  readonly verdicts: readonly (Verdict | undefined)[]
  /** Under the step log's names, e.g. verifier/calls. */
  readonly statistics: Readonly<Record<string, number>>
}>
