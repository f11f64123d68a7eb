import type { VerifierOptions } from '../VerifierOptions.js'
import { ruleNames, type RuleName } from './rules.js'

/** The rules that a verifier does not ask. With rules off programs are still executed: no model can judge them. */
export function disabledRules({ enabled, disabled = [] }: VerifierOptions['rules']): readonly RuleName[] {
  return enabled ? disabled : ruleNames.filter((rule) => rule !== 'program')
}
