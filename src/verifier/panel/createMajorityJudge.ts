import type { Judge } from '../Judge.js'
import { addUsage } from '../addUsage.js'
import type { Verdict } from '../Verdict.js'

/**
 * Several judges, all asked: what more than half of them say stands. A judge that fails counts for nobody, so that two
 * of three can still decide; anything less than more than half is unknown.
 */
export function createMajorityJudge(judges: readonly Judge[]): Judge {
  return {
    version: `majority(${judges.map(({ version }) => version).join(', ')})`,
    readsQuestion: judges.some(({ readsQuestion }) => readsQuestion === true),
    judge: async (pairs, { signal, onVerdict } = {}) => {
      const said = await Promise.all(judges.map((judge) => judge.judge(pairs, { signal })))
      return pairs.map((_, i) => {
        const verdict = decide(said.map((verdicts) => verdicts[i]))
        onVerdict?.(i, verdict)
        return verdict
      })
    },
    close: async () => {
      for (const judge of judges) await judge.close()
    },
  }
}

function decide(votes: readonly Verdict[]): Verdict {
  const count = (word: Verdict['verdict']) => votes.filter(({ verdict }) => verdict === word).length
  const [equivalent, different] = [count('equivalent'), count('different')]
  const latencies = votes.flatMap(({ latencyMs }) => latencyMs ?? [])
  const told = `${equivalent} of ${votes.length} judges say equivalent, ${different} different`
  const measured = {
    decidedBy: 'majority',
    ...(latencies.length === 0 ? {} : { latencyMs: Math.max(...latencies) }),
    ...addUsage(votes),
  }
  if (Math.max(equivalent, different) * 2 > votes.length) {
    const verdict = equivalent > different ? 'equivalent' : 'different'
    return { verdict, reason: told, score: equivalent / (equivalent + different), ...measured }
  }
  const failure = votes.findLast(({ verdict }) => verdict === 'unknown')?.reason
  return { verdict: 'unknown', reason: failure === undefined ? told : `${told}; ${failure}`, ...measured }
}
