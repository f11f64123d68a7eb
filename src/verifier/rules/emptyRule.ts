import type { RuleDecision } from './RuleDecision.js'
import type { RuleQuery } from './RuleQuery.js'

/** Nothing, or punctuation alone (`:`), answers nothing, whatever the gold is; and nothing is right where gold is empty. */
export function emptyRule({ gold, answer }: RuleQuery): RuleDecision | null {
  if (!/[\p{L}\p{N}]/u.test(answer)) return { verdict: 'different', reason: 'the answer is empty' }
  if (gold === '') return { verdict: 'different', reason: 'the gold answer is empty' }
  return null
}
