import type { AttackReport, ErrorRates, VerifierLimits, VerifierReport } from './VerifierReport.js'

/**
 * Which limits a measured verifier breaks, on all pairs or on those held out from training, in words; empty: it may be
 * trusted this far.
 */
export function limitProblems(report: VerifierReport, attack: AttackReport | null, limits: VerifierLimits): string[] {
  const broken = (name: keyof VerifierLimits, words: string, measured: number) => {
    const limit = limits[name]
    if (limit === undefined || measured <= limit) return []
    return [`${words}: ${percent(measured)}, allowed ${percent(limit)}`]
  }
  const ofRates = ({ error, false_accept, false_reject }: ErrorRates, where: string) => [
    ...broken('error', `error${where}`, error),
    ...broken('false_accept', `false accepts${where}`, false_accept),
    ...broken('false_reject', `false rejects${where}`, false_reject),
  ]
  return [
    ...ofRates(report, ''),
    ...(report.held_out === undefined ? [] : ofRates(report.held_out, ' on held-out pairs')),
    ...broken('attack', 'accepted attacks', attack?.false_accept ?? 0),
  ]
}

const percent = (share: number) => `${(100 * share).toFixed(2)} %`
