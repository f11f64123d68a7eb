import type { Engine, SampleParams } from '../engine/Engine.js'
import type { PromptItem } from './PromptItem.js'
import type { Rollout } from './Rollout.js'

/** Samples a group for each prompt. `keys[i]` is what prompt i's randomness hangs on. Rewards and advantages are still to come. */
export async function collectRollouts(
  engine: Engine,
  prompts: readonly PromptItem[],
  keys: readonly (readonly (string | number)[])[],
  params: SampleParams,
  decode: (tokens: readonly number[]) => string,
): Promise<Rollout[]> {
  const groups = await engine.sample(
    prompts.map(({ tokens }, i) => ({ tokens, key: keys[i] })),
    params,
  )
  return prompts.map((prompt, i) => ({
    id: prompt.id,
    prompt: prompt.tokens,
    promptText: prompt.text,
    completions: groups[i].map(({ tokens, logprobs, finishReason }) => ({
      tokens,
      text: decode(tokens),
      finishReason,
      samplerLogprobs: logprobs,
      oldLogprobs: null,
      refLogprobs: null,
      reward: null,
      rewards: {},
      advantage: 0,
    })),
  }))
}
