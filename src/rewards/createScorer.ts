import type { MeasuredVerifier } from '../verifier/MeasuredVerifier.js'
import type { VerifierStatistics } from '../verifier/VerifierStatistics.js'
import type { RewardInput } from './Reward.js'
import type { RewardSet } from './RewardSet.js'
import { scoreCompletions, type ScoredCompletions } from './scoreCompletions.js'

/** Scores batches of completions and says what the verifier did for each (its counters, under the step log's names). */
export function createScorer(
  rewards: RewardSet,
  verifier: MeasuredVerifier,
): (
  inputs: readonly RewardInput[],
  signal?: AbortSignal,
) => Promise<ScoredCompletions & { statistics: VerifierStatistics & Record<string, number> }> {
  return async (inputs, signal) => {
    verifier.takeStatistics() // what others asked in between (the check before step 1, an evaluation) is not this batch's
    const scored = await scoreCompletions(rewards, inputs, signal)
    return { ...scored, statistics: verifier.takeStatistics() as VerifierStatistics & Record<string, number> }
  }
}
