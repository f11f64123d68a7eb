import { compareQuantities } from '../quantity/compareQuantities.js'
import type { RuleDecision } from './RuleDecision.js'
import type { RuleQuery } from './RuleQuery.js'

/** Number against number, in any usual writing: rounding, percent against fraction, scale words, signs, units. */
export function numberRule({ goldQuantity, answerQuantity }: RuleQuery): RuleDecision | null {
  return goldQuantity === null || answerQuantity === null ? null : compareQuantities(goldQuantity, answerQuantity)
}
