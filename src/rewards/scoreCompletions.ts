import type { Verdict } from '../verifier/Verdict.js'
import { combineRewards } from './combineRewards.js'
import type { RewardInput } from './Reward.js'
import type { RewardSet } from './RewardSet.js'

/** Rewards of a batch of completions, in the inputs' order. */
export interface ScoredCompletions {
  /** Total reward of each; null: unknown. [completions] */
  readonly total: (number | null)[]
  /** Value of each reward by its name. [completions] each */
  readonly byName: Record<string, (number | null)[]>
  /** The verifier's verdict on each, where a reward asked for one. [completions] */
  readonly verdicts: (Verdict | undefined)[]
}

/** Scores completions by every reward of the set and combines them. The rewards run side by side. */
export async function scoreCompletions(
  rewards: RewardSet,
  inputs: readonly RewardInput[],
  signal?: AbortSignal,
): Promise<ScoredCompletions> {
  const outputs = await Promise.all(rewards.terms.map(({ reward }) => reward.score(inputs, signal)))
  const termsOf = (i: number) =>
    rewards.terms.map(({ reward, weight }, k) => ({ name: reward.name, weight, value: outputs[k][i].value }))
  return {
    total: inputs.map((_, i) => combineRewards(rewards.combine, termsOf(i))),
    byName: Object.fromEntries(rewards.terms.map(({ reward }, k) => [reward.name, outputs[k].map((o) => o.value)])),
    verdicts: inputs.map((_, i) => {
      const said = outputs.map((scored) => scored[i])
      // What a reward could not know matters more than what another one was sure of.
      return (said.find(({ value, verdict }) => value === null && verdict) ?? said.find(({ verdict }) => verdict))
        ?.verdict
    }),
  }
}
