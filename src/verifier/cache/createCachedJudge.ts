import type { Judge, JudgePair } from '../Judge.js'
import { pairKey } from '../pairKey.js'
import type { Verdict } from '../Verdict.js'
import type { VerdictStore } from './VerdictStore.js'

/**
 * A judge that is asked once for pairs that read the same, within a call (the completions of a group) and later.
 * A verdict is kept the moment it comes, before anybody uses it. Verdicts that it gives again carry `cached`; an unknown
 * one is never kept, so that the judge is asked anew.
 */
export function createCachedJudge(judge: Judge, store: VerdictStore): Judge {
  return {
    version: judge.version,
    readsQuestion: judge.readsQuestion,
    judge: async (pairs, { signal, onVerdict } = {}) => {
      const keys = pairs.map(pairKey)
      const known = new Map<string, Verdict>()
      const asked = new Map<string, JudgePair>()
      keys.forEach((key, i) => {
        const verdict = known.get(key) ?? store.get(key)
        if (verdict !== undefined) known.set(key, verdict)
        else if (!asked.has(key)) asked.set(key, pairs[i])
      })
      const askedKeys = [...asked.keys()]
      const keep = (index: number, verdict: Verdict) => {
        if (verdict.verdict !== 'unknown') store.put(askedKeys[index], again(verdict))
      }
      const fresh = asked.size === 0 ? [] : await judge.judge([...asked.values()], { signal, onVerdict: keep })
      const freshOf = new Map(askedKeys.map((key, i) => [key, fresh[i]]))
      const answers = keys.map((key) => {
        const first = asked.delete(key)
        const verdict = (freshOf.get(key) ?? known.get(key)) as Verdict
        return first ? verdict : { ...again(verdict), cached: true }
      })
      answers.forEach((verdict, i) => onVerdict?.(i, verdict))
      return answers
    },
    close: async () => {
      store.close()
      await judge.close()
    },
  }
}

/** Latency and tokens belong to the call that was made. */
function again({ latencyMs: _, usage: __, cached: ___, ...verdict }: Verdict): Verdict {
  return verdict
}
