import { expect, test } from 'vitest'
import { decideByRules } from '../../../src/verifier/rules/decideByRules.js'
import type { RuleName } from '../../../src/verifier/rules/rules.js'

/** equal: equivalent by this rule. differ: different by this rule. open: no rule is certain. */
export type Outcome = 'equal' | 'differ' | 'open'

/** A rule's table of cases: [gold, answer, outcome], each a test of the whole cascade of rules. */
export function ruleTable(rule: RuleName, cases: readonly (readonly [string, string, Outcome])[]): void {
  test.each(cases)(`${rule}: %j ~ %j is %s`, (gold, answer, outcome) => {
    const verdict = decideByRules({ gold, answer })
    const found = verdict && { verdict: verdict.verdict, rule: verdict.rule }
    const expected = { equal: { verdict: 'equivalent', rule }, differ: { verdict: 'different', rule }, open: null }[
      outcome
    ]
    expect(found).toEqual(expected)
  })
}
