import type { Judge, JudgePair } from '../Judge.js'
import { pairKey } from '../pairKey.js'
import type { Verdict } from '../Verdict.js'
import type { VerdictJournal } from '../VerdictJournal.js'

/**
 * A judge whose verdicts a run's journal keeps before anybody uses them, and which is not asked what the journal knows:
 * a step that is repeated sees the same verdicts, those that the judge could not give among them.
 */
export function createJournaledJudge(judge: Judge, journal: VerdictJournal): Judge {
  return {
    version: judge.version,
    readsQuestion: judge.readsQuestion,
    judge: async (pairs, { signal, onVerdict } = {}) => {
      const known = new Map<string, Verdict>()
      const asked = new Map<string, JudgePair>()
      for (const pair of pairs) {
        const key = pairKey(pair)
        const verdict = known.get(key) ?? journal.find(pair)
        if (verdict === undefined) asked.set(key, pair)
        else known.set(key, { ...verdict, cached: true })
      }
      const fresh = asked.size === 0 ? [] : await judge.judge([...asked.values()], { signal })
      const entries = [...asked.values()].map((pair, i) => ({ pair, verdict: fresh[i] }))
      if (entries.length > 0) journal.keep(entries)
      for (const { pair, verdict } of entries) known.set(pairKey(pair), verdict)
      return pairs.map((pair, i) => {
        const key = pairKey(pair)
        const verdict = known.get(key) as Verdict
        if (asked.delete(key)) known.set(key, { ...verdict, cached: true })
        onVerdict?.(i, verdict)
        return verdict
      })
    },
    close: () => judge.close(),
  }
}
