import { join } from 'node:path'
import { makeBenchPairs } from '../../data/makeBenchPairs.js'
import { readPairs } from '../../data/readPairs.js'
import { readSeenPairs } from '../../data/readSeenPairs.js'
import { seenPairsFile } from '../../data/seenPairsFile.js'
import { createVerifier } from '../../verifier/createVerifier.js'
import { embeddedVerifierDirectory } from '../../verifier/embedded/embeddedVerifierDirectory.js'
import { limitProblems } from '../../verifier/limitProblems.js'
import { measureAttacks } from '../../verifier/measureAttacks.js'
import type { TokenPrices } from '../../metrics/tokenPrice.js'
import { measureVerifier } from '../../verifier/measureVerifier.js'
import type { AttackReport, VerifierLimits, VerifierReport } from '../../verifier/VerifierReport.js'
import { limitsOf } from './limitsOf.js'
import { verifierOptionsOf } from './verifierOptionsOf.js'

/** A verifier's measure, the attacks apart, and which limits it breaks. */
export interface BenchResult extends VerifierReport {
  /** Null where none were asked for. */
  readonly attack: AttackReport | null
  readonly limits: VerifierLimits
  /** In words; empty: within all limits. */
  readonly problems: readonly string[]
}

/**
 * Measures a verifier on the pairs of a file, or on generated ones: drawn under a key of their own, and others than the
 * embedded judge was trained on wherever there are others.
 */
export async function benchVerifier(options: {
  readonly verifier: string
  readonly pairs: string | undefined
  readonly examples: number
  readonly seed: number
  readonly attacks: boolean
  readonly limits: VerifierLimits
  readonly prices?: TokenPrices
}): Promise<BenchResult> {
  const seen = await readSeenPairs(join(embeddedVerifierDirectory(), seenPairsFile))
  const made = makeBenchPairs({ ...options, seen })
  const pairs = options.pairs === undefined ? made.pairs : await readPairs(options.pairs)
  const verifierOptions = await verifierOptionsOf(options.verifier)
  const verifier = await createVerifier(verifierOptions)
  try {
    const report = await measureVerifier(verifier, pairs, {
      prices: options.prices,
      disabledRules: verifierOptions.rules.disabled,
      ...(options.pairs === undefined ? { seen } : {}),
    })
    const attack = options.attacks ? await measureAttacks(verifier, made.attacks) : null
    const limits = limitsOf(options.verifier, options.limits)
    return { ...report, attack, limits, problems: limitProblems(report, attack, limits) }
  } finally {
    await verifier.close()
  }
}
