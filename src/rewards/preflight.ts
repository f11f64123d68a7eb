import { fullMarks } from './fullMarks.js'
import type { GoldItem } from './GoldItem.js'
import { knownBad } from './knownBad.js'
import type { PreflightReport } from './PreflightReport.js'
import type { RewardInput } from './Reward.js'
import type { RewardSet } from './RewardSet.js'
import { scoreCompletions } from './scoreCompletions.js'

/** Gold items whose known-bad completions are scored, spread over the set: rewards fail on a kind, not on one item. */
const knownBadItems = 24

/**
 * Scores every gold completion and known-bad ones by all rewards, before step 1: rewards that are silently wrong are the
 * most expensive mistake in this work.
 *
 * Items without a target (no reasoning text to render one from) cannot be checked and take no part.
 */
export async function preflight(
  rewards: RewardSet,
  items: readonly GoldItem[],
  signal?: AbortSignal,
): Promise<PreflightReport> {
  const best = fullMarks(rewards)
  const isFull = (total: number | null) => total !== null && total >= best - 1e-9
  const checked = items.filter(({ target }) => target !== '')
  const goldScores = await scoreCompletions(
    rewards,
    checked.map((item) => inputOf(item, item.target)),
    signal,
  )

  const sample = spread(checked, knownBadItems)
  const seen = (violated: string) => rewards.terms.some(({ reward, weight }) => weight > 0 && reward.name === violated)
  const bad = sample.flatMap((item) =>
    knownBad(item).flatMap((entry) => (entry.violates.some(seen) ? [{ item, ...entry }] : [])),
  )
  const badScores = await scoreCompletions(
    rewards,
    bad.map(({ item, completion }) => inputOf(item, completion)),
    signal,
  )

  return {
    fullMarks: best,
    gold: {
      scored: checked.length,
      failures: checked.flatMap(({ id, target }, i) => {
        if (isFull(goldScores.total[i])) return []
        const byName = Object.fromEntries(Object.entries(goldScores.byName).map(([name, values]) => [name, values[i]]))
        return [{ id, target, total: goldScores.total[i], byName, reason: goldScores.verdicts[i]?.reason }]
      }),
    },
    knownBad: {
      scored: bad.length,
      failures: bad.flatMap(({ item, name, completion }, i) =>
        isFull(badScores.total[i]) ? [{ id: item.id, name, completion, reason: badScores.verdicts[i]?.reason }] : [],
      ),
    },
  }
}

function inputOf({ text, gold }: GoldItem, completion: string): RewardInput {
  return { prompt: text, completion, tokens: completion.length, finishReason: 'stop', gold }
}

function spread<T>(items: readonly T[], count: number): T[] {
  if (items.length <= count) return [...items]
  return Array.from({ length: count }, (_, i) => items[Math.floor((i * items.length) / count)])
}
