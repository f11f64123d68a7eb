import type { VerifierQuery } from '../VerifierQuery.js'
import type { RuleDecision } from './RuleDecision.js'
import { RuleQuery } from './RuleQuery.js'
import { rules, type RuleName } from './rules.js'

/** A rule's decision and which rule it was. */
export interface RuleVerdict extends RuleDecision {
  readonly rule: RuleName
}

const all = Object.entries(rules) as [RuleName, (query: RuleQuery) => RuleDecision | null][]

/**
 * Asks the rules in their order; null where none is certain. Pure, linear in the lengths, never throws.
 *
 * @param disabled rules that are not asked
 */
export function decideByRules(query: VerifierQuery, disabled: readonly RuleName[] = []): RuleVerdict | null {
  const prepared = new RuleQuery(query)
  for (const [rule, decide] of all) {
    const decision = disabled.includes(rule) ? null : decide(prepared)
    if (decision !== null) return { ...decision, rule }
  }
  return null
}
