import type { VerifierLimits } from '../../verifier/VerifierReport.js'

/**
 * What a verifier is held to unless the command line says otherwise: the error of Fin-R1's best judge (0.4 %) for a
 * cascade, 1 % for the small model alone, and for rules alone, which may leave much open, that they are not wrong. No
 * attack may be accepted by anybody.
 */
export function limitsOf(which: string, given: VerifierLimits): VerifierLimits {
  const known = Object.fromEntries(Object.entries(given).filter(([, limit]) => limit !== undefined)) as VerifierLimits
  return { ...(byDefault[which] ?? byDefault.cascade), ...known }
}

const byDefault: Readonly<Record<string, VerifierLimits>> = {
  rules: { false_accept: 0.005, false_reject: 0.005, attack: 0 },
  embedded: { error: 0.01, false_accept: 0.005, attack: 0 },
  cascade: { error: 0.004, false_accept: 0.005, attack: 0 },
}
