import type { Judge } from '../Judge.js'
import type { Verdict } from '../Verdict.js'
import { addUsage } from '../addUsage.js'

/**
 * Judges in an order, the cheapest first: a pair goes on to the next where the one before failed, or gave a score
 * nearer to a half than `certain` allows. The last one's word stands; where it fails, the pair is unknown, whatever an
 * uncertain judge said before.
 *
 * @param certain 0.9: a verdict stands with P(equivalent) up to 0.1 or from 0.9; a verdict without a score stands
 */
export function createEscalationJudge(judges: readonly Judge[], certain: number): Judge {
  const stands = ({ verdict, score }: Verdict) =>
    verdict !== 'unknown' && (score === undefined || Math.max(score, 1 - score) >= certain)
  return {
    version: `escalation ${certain}(${judges.map(({ version }) => version).join(', ')})`,
    readsQuestion: judges.some(({ readsQuestion }) => readsQuestion === true),
    judge: async (pairs, { signal, onVerdict } = {}) => {
      const verdicts: Verdict[] = []
      let open = pairs.map((_, i) => i)
      for (const [place, judge] of judges.entries()) {
        if (open.length === 0) break
        const said = await judge.judge(
          open.map((i) => pairs[i]),
          { signal },
        )
        open.forEach((i, k) => (verdicts[i] = after(verdicts[i], said[k])))
        if (place < judges.length - 1) open = open.filter((i) => !stands(verdicts[i]))
      }
      verdicts.forEach((verdict, i) => onVerdict?.(i, verdict))
      return verdicts
    },
    close: async () => {
      for (const judge of judges) await judge.close()
    },
  }
}

/** The later word, with the reason of the earlier one that led to it and what both cost. */
function after(before: Verdict | undefined, verdict: Verdict): Verdict {
  if (before === undefined) return verdict
  return { ...verdict, reason: `${verdict.reason} (before: ${before.reason})`, ...addUsage([before, verdict]) }
}
