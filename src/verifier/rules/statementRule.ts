import { compareQuantities } from '../quantity/compareQuantities.js'
import { readStatement } from '../text/readStatement.js'
import type { RuleDecision } from './RuleDecision.js'
import type { RuleQuery } from './RuleQuery.js'

/**
 * What moved and where to: `sales rose`, `an increase in sales`, `in 2009 , sales were higher`. Decides only of the same
 * subject; another one may be another name. What one side alone says (an amount, a year, a cause) is left open.
 */
export function statementRule({ gold, answer }: RuleQuery): RuleDecision | null {
  const expected = readStatement(gold)
  const given = expected === null ? null : readStatement(answer)
  if (expected === null || given === null || expected.subject !== given.subject) return null
  if (expected.direction !== given.direction) return { verdict: 'different', reason: 'the directions differ' }
  if (expected.year !== undefined && given.year !== undefined && expected.year !== given.year) {
    return { verdict: 'different', reason: 'the years differ' }
  }
  const amounts =
    expected.amount === undefined || given.amount === undefined
      ? null
      : compareQuantities(expected.amount, given.amount)
  if (amounts?.verdict === 'different') return amounts
  const alone = (['amount', 'year', 'cause'] as const).some(
    (part) => (expected[part] === undefined) !== (given[part] === undefined),
  )
  if (alone || expected.cause !== given.cause) return null
  if (expected.amount !== undefined && amounts === null) return null
  return { verdict: 'equivalent', reason: 'the same subject moved the same way' }
}
