import type { Verdict } from '../verifier/Verdict.js'

/** One completion of a group with its rewards. Plain JSON, so that a checkpoint can carry it. */
export interface RolloutCompletion {
  readonly tokens: readonly number[]
  readonly text: string | null
  readonly finishReason: 'stop' | 'length'
  /** As the sampler gave them; null where they are not known (a replay without them). */
  readonly samplerLogprobs: readonly number[] | null
  /** log p under the policy that is taken as the old one; null: on-policy. */
  readonly oldLogprobs: readonly number[] | null
  readonly refLogprobs: readonly number[] | null
  /** Null: unknown, left out of the group's statistics. */
  readonly reward: number | null
  readonly rewards: Readonly<Record<string, number | null>>
  readonly advantage: number
  readonly verdict?: Verdict
}

/** A prompt and its completions. */
export interface Rollout {
  readonly id: string
  readonly prompt: readonly number[]
  readonly promptText: string | null
  readonly completions: readonly RolloutCompletion[]
}
