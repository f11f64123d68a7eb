import type { RewardInput } from '../rewards/Reward.js'
import type { PromptItem } from './PromptItem.js'
import type { Rollout } from './Rollout.js'
import type { ScoreCompletions } from './ScoreCompletions.js'

/** Gives every completion its rewards, all in one call, so that a judge can take them together. */
export async function scoreRollouts(
  rollouts: readonly Rollout[],
  prompts: readonly PromptItem[],
  score: ScoreCompletions,
  batch: string,
  signal?: AbortSignal,
): Promise<{ rollouts: Rollout[]; statistics: Readonly<Record<string, number>> }> {
  const inputs: RewardInput[] = rollouts.flatMap((rollout, g) =>
    rollout.completions.map(({ tokens, text, finishReason }) => ({
      prompt: prompts[g].text,
      completion: text ?? '',
      tokens: tokens.length,
      finishReason,
      gold: prompts[g].gold,
    })),
  )
  const { total, byName, verdicts, statistics } = await score(inputs, batch, signal)
  let next = 0
  const scored = rollouts.map((rollout) => ({
    ...rollout,
    completions: rollout.completions.map((completion) => {
      const i = next++
      const rewards = Object.fromEntries(Object.entries(byName).map(([name, values]) => [name, values[i]]))
      return { ...completion, reward: total[i], rewards, verdict: verdicts[i] }
    }),
  }))
  return { rollouts: scored, statistics }
}
