import type { Quantity } from '../quantity/Quantity.js'
import type { VerifierQuery } from '../VerifierQuery.js'
import type { RuleDecision } from './RuleDecision.js'
import { RuleQuery } from './RuleQuery.js'
import { ruleNames, rules, type RuleName } from './rules.js'

/** How the rules read a query and what each of them says of it. */
export interface RuleExplanation {
  /** Normalised. */
  readonly gold: string
  readonly answer: string
  readonly goldQuantity: Quantity | null
  readonly answerQuantity: Quantity | null
  /** In the order they are asked; null: not certain. `disabled`: the verifier does not ask it. */
  readonly rules: readonly {
    readonly rule: RuleName
    readonly decision: RuleDecision | null
    readonly disabled: boolean
  }[]
}

/**
 * Asks every rule, also those behind the one that decides and those that are switched off.
 *
 * @param disabled rules that the verifier does not ask
 */
export function explainRules(query: VerifierQuery, disabled: readonly RuleName[] = []): RuleExplanation {
  const prepared = new RuleQuery(query)
  const { gold, answer, goldQuantity, answerQuantity } = prepared
  const said = ruleNames.map((rule) => ({ rule, decision: rules[rule](prepared), disabled: disabled.includes(rule) }))
  return { gold, answer, goldQuantity, answerQuantity, rules: said }
}
