import type { RewardInput } from './Reward.js'

/** A question's prompt with its gold side and the completion that gold renders to. */
export interface GoldItem {
  readonly id: string
  /** The prompt. */
  readonly text: string
  readonly target: string
  readonly gold: RewardInput['gold']
}
