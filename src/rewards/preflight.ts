import { fullMarks } from './fullMarks.js'
import type { GoldItem } from './GoldItem.js'
import { knownBad } from './knownBad.js'
import type { PreflightReport } from './PreflightReport.js'
import type { RewardInput } from './Reward.js'
import type { RewardSet } from './RewardSet.js'
import { scoreCompletions } from './scoreCompletions.js'

/** Gold items whose known-bad completions are scored, spread over the set: rewards fail on a kind, not on one item. */
const knownBadItems = 24

/** Gold items on which rewards are tried that gold is not held to. */
const triedItems = 4

/**
 * Scores every gold completion and known-bad ones by all rewards that gold is held to, before step 1: rewards that are
 * silently wrong are the most expensive mistake in this work. The others (a length, a judge's taste) score a few gold
 * completions, so that one that cannot say anything is found now.
 *
 * Items without a target (no reasoning text to render one from) cannot be checked and take no part.
 */
export async function preflight(
  rewards: RewardSet,
  items: readonly GoldItem[],
  signal?: AbortSignal,
): Promise<PreflightReport> {
  const held = { ...rewards, terms: rewards.terms.filter(({ reward }) => reward.best !== null) }
  const best = fullMarks(held)
  const isFull = (total: number | null) => total !== null && total >= best - 1e-9
  const checked = items.filter(({ target }) => target !== '')
  const goldScores = await scoreCompletions(
    held,
    checked.map((item) => inputOf(item, item.target)),
    signal,
  )

  const sample = spread(checked, knownBadItems)
  const seen = (violated: string) => held.terms.some(({ reward, weight }) => weight > 0 && reward.name === violated)
  const bad = sample.flatMap((item) =>
    knownBad(item).flatMap((entry) => (entry.violates.some(seen) ? [{ item, ...entry }] : [])),
  )
  const badScores = await scoreCompletions(
    held,
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
    silent: await silentRewards(rewards, spread(checked, triedItems), signal),
  }
}

/** Rewards that gold is not held to and that have nothing to say of any of these items. */
async function silentRewards(
  { terms }: RewardSet,
  items: readonly GoldItem[],
  signal?: AbortSignal,
): Promise<PreflightReport['silent']> {
  const inputs = items.map((item) => inputOf(item, item.target))
  const silent: PreflightReport['silent'][number][] = []
  for (const { reward } of inputs.length === 0 ? [] : terms) {
    if (reward.best !== null) continue
    const outputs = await reward.score(inputs, signal)
    if (outputs.some(({ value }) => value !== null)) continue
    silent.push({ name: reward.name, reason: outputs[0].verdict?.reason ?? 'no reason was given' })
  }
  return silent
}

function inputOf({ text, gold }: GoldItem, completion: string): RewardInput {
  return { prompt: text, completion, tokens: completion.length, finishReason: 'stop', gold }
}

function spread<T>(items: readonly T[], count: number): T[] {
  if (items.length <= count) return [...items]
  return Array.from({ length: count }, (_, i) => items[Math.floor((i * items.length) / count)])
}
