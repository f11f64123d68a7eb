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
  /** In the order they are asked; null: not certain. */
  readonly rules: readonly { readonly rule: RuleName; readonly decision: RuleDecision | null }[]
}

/** Asks every rule, also those behind the one that decides. */
export function explainRules(query: VerifierQuery): RuleExplanation {
  const prepared = new RuleQuery(query)
  const { gold, answer, goldQuantity, answerQuantity } = prepared
  const said = ruleNames.map((rule) => ({ rule, decision: rules[rule](prepared) }))
  return { gold, answer, goldQuantity, answerQuantity, rules: said }
}
