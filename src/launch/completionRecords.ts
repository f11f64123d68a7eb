import type { Rollout } from '../rollout/Rollout.js'

/** Lines of completions/<stage>.jsonl for one step: the first `limit` completions of the batch, with every reward. */
export function completionRecords(
  stage: string,
  step: number,
  rollouts: readonly Rollout[],
  limit: number,
): Record<string, unknown>[] {
  const records = rollouts.flatMap((rollout, group) =>
    rollout.completions.map(({ tokens, text, finishReason, rewards, reward, advantage, verdict }, index) => ({
      schema: 'fintune.completion/1',
      stage,
      step,
      group,
      index,
      prompt: rollout.promptText,
      completion: text,
      tokens: tokens.length,
      finishReason,
      rewards,
      reward,
      advantage,
      ...(verdict ? { verdict } : {}),
    })),
  )
  return records.slice(0, limit)
}
