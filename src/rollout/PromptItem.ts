import type { RewardInput } from '../rewards/Reward.js'

/** A question ready to be sampled from: its tokens, and what its answers are measured by. */
export interface PromptItem {
  readonly id: string
  readonly tokens: readonly number[]
  readonly text: string
  readonly gold: RewardInput['gold']
  /** The gold completion as text, where it could be rendered: rewards are checked against it before step 1. */
  readonly target: string
}
