import type { RewardInput } from '../Reward.js'

export interface RewardModuleContext {
  /** The recipe's `options` of this term, as they are. */
  readonly options: Readonly<Record<string, unknown>>
  readonly signal?: AbortSignal
}

/** A value a completion, in the inputs' order; null: could not be known (which is never a 0). */
export type ScoreFunction = (
  inputs: readonly RewardInput[],
  context: RewardModuleContext,
) => readonly (number | null)[] | Promise<readonly (number | null)[]>

/**
 * What a reward module exports by default: the function, or an object with it.
 *
 * @example
 * import type { RewardModule } from 'fintune'
 * export default { best: 1, score: (inputs) => inputs.map(({ completion }) => (completion.includes('%') ? 1 : 0)) } satisfies RewardModule
 */
export type RewardModule =
  | ScoreFunction
  | {
      readonly score: ScoreFunction
      /** What gold completions must get in the check before step 1. Default: they are not held to it. */
      readonly best?: number
    }
