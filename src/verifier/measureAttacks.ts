import type { PairExample } from '../data/PairExample.js'
import { wilsonInterval } from '../metrics/wilsonInterval.js'
import type { Verifier } from './Verifier.js'
import type { AttackReport } from './VerifierReport.js'

/** Lets a verifier judge answers that must not be accepted, and counts those that it accepts. */
export async function measureAttacks(verifier: Verifier, attacks: readonly PairExample[]): Promise<AttackReport> {
  const verdicts = await verifier.verify(attacks.map(({ gold, answer }) => ({ gold, answer })))
  const accepted = attacks.flatMap(({ gold, answer, category }, i) =>
    verdicts[i].verdict === 'equivalent' ? [{ category, gold, answer, reason: verdicts[i].reason }] : [],
  )
  const kinds = [...new Set(attacks.map(({ category }) => category))]
  const of = (kind: string) => {
    const count = (entries: readonly { readonly category: string }[]) =>
      entries.filter(({ category }) => category === kind).length
    return { n: count(attacks), false_accept: count(accepted) / count(attacks) }
  }
  return {
    n: attacks.length,
    false_accept: attacks.length === 0 ? 0 : accepted.length / attacks.length,
    ci95: wilsonInterval(accepted.length, attacks.length),
    by_kind: Object.fromEntries(kinds.map((kind) => [kind, of(kind)])),
    accepted: accepted.map(({ gold, answer, reason }) => ({ gold, answer: answer.slice(0, 300), reason })),
  }
}
