import type { Judge } from '../verifier/Judge.js'
import type { Verdict } from '../verifier/Verdict.js'

/** A judge each of whose verdicts is counted. */
export function countedJudge(judge: Judge, count: (verdict: Verdict) => void): Judge {
  return {
    version: judge.version,
    readsQuestion: judge.readsQuestion,
    judge: async (pairs, call) => {
      const verdicts = await judge.judge(pairs, call)
      verdicts.forEach(count)
      return verdicts
    },
    close: () => judge.close(),
  }
}
