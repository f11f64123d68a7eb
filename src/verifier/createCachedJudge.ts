import type { Judge, JudgePair } from './Judge.js'
import { normaliseText } from './normaliseText.js'
import type { Verdict } from './Verdict.js'

/** Verdicts kept at most; the oldest go first. */
const capacity = 100_000

/**
 * A judge that is asked once for pairs that read the same, within a call (the completions of a group) and later.
 * Verdicts that it gives again carry `cached`; an unknown one is never kept, so that the judge is asked anew.
 */
export function createCachedJudge(judge: Judge): Judge {
  const known = new Map<string, Verdict>()
  const remember = (key: string, verdict: Verdict) => {
    if (verdict.verdict === 'unknown') return
    const oldest = known.size >= capacity ? known.keys().next().value : undefined
    if (oldest !== undefined) known.delete(oldest)
    known.set(key, verdict)
  }
  return {
    version: judge.version,
    judge: async (pairs, signal) => {
      const keys = pairs.map(keyOf)
      const asked = new Map<string, JudgePair>()
      keys.forEach((key, i) => {
        if (!known.has(key) && !asked.has(key)) asked.set(key, pairs[i])
      })
      const verdicts = asked.size === 0 ? [] : await judge.judge([...asked.values()], signal)
      const fresh = new Map([...asked.keys()].map((key, i) => [key, verdicts[i]]))
      const answers = keys.map((key) => {
        const first = asked.delete(key)
        const verdict = (fresh.get(key) ?? known.get(key)) as Verdict
        return first ? verdict : again(verdict)
      })
      fresh.forEach((verdict, key) => remember(key, verdict))
      return answers
    },
    close: () => judge.close(),
  }
}

function keyOf({ gold, answer }: JudgePair): string {
  return JSON.stringify([normaliseText(gold), normaliseText(answer)])
}

/** The latency belongs to the call that was made. */
function again({ latencyMs: _, ...verdict }: Verdict): Verdict {
  return { ...verdict, cached: true }
}
