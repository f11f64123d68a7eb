import type { Verdict } from '../../verifier/Verdict.js'
import type { RuleExplanation } from '../../verifier/rules/explainRules.js'
import { verifierOptionsOf } from './verifierOptionsOf.js'

/** A verdict and how it came about. */
export interface AnswerExplanation extends Verdict {
  readonly verifier: string
  readonly rules: RuleExplanation
}

/**
 * Judges one answer and says how.
 *
 * @param which rules, embedded, cascade (rules, then embedded), or a recipe whose verifier is taken
 */
export async function explainAnswer(
  query: { readonly gold: string; readonly answer: string; readonly question?: string },
  which: string,
): Promise<AnswerExplanation> {
  const { createVerifier } = await import('../../verifier/createVerifier.js')
  const { disabledRules } = await import('../../verifier/rules/disabledRules.js')
  const { explainRules } = await import('../../verifier/rules/explainRules.js')
  const options = await verifierOptionsOf(which)
  const verifier = await createVerifier(options)
  try {
    const [verdict] = await verifier.verify([query])
    return { ...verdict, verifier: verifier.version, rules: explainRules(query, disabledRules(options.rules)) }
  } finally {
    await verifier.close()
  }
}
