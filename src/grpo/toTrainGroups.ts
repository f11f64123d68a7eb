import type { TrainGroup } from '../engine/Engine.js'
import type { Rollout } from '../rollout/Rollout.js'

/** Rollouts as the engine's unit of training. */
export function toTrainGroups(rollouts: readonly Rollout[]): TrainGroup[] {
  return rollouts.map(({ prompt, completions }) => ({
    prompt,
    completions: completions.map(({ tokens, advantage, oldLogprobs, refLogprobs, samplerLogprobs }) => ({
      tokens,
      advantage,
      oldLogprobs,
      refLogprobs,
      samplerLogprobs,
    })),
  }))
}
