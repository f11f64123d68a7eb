import type { AttackReport, VerifierLimits, VerifierReport } from './VerifierReport.js'

/** Which limits a measured verifier breaks, in words; empty: it may be trusted this far. */
export function limitProblems(report: VerifierReport, attack: AttackReport | null, limits: VerifierLimits): string[] {
  const percent = (share: number) => `${(100 * share).toFixed(2)} %`
  const measured = { ...report, attack: attack?.false_accept ?? 0 }
  const words = {
    error: 'error',
    false_accept: 'false accepts',
    false_reject: 'false rejects',
    attack: 'accepted attacks',
  }
  return (Object.keys(words) as (keyof typeof words)[]).flatMap((name) => {
    const limit = limits[name]
    if (limit === undefined || measured[name] <= limit) return []
    return [`${words[name]}: ${percent(measured[name])}, allowed ${percent(limit)}`]
  })
}
