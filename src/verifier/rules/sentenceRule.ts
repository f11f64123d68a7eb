import { compareQuantities } from '../quantity/compareQuantities.js'
import { parseQuantity } from '../quantity/parseQuantity.js'
import type { RuleDecision } from './RuleDecision.js'
import type { RuleQuery } from './RuleQuery.js'

const longest = 160
const says =
  '(?:is|was|are|were|equals?|equaled|totaled|totals|reached|came to|comes to|amounts to|amounted to|stood at|reported|=|:)'
const year = '(?:,? (?:in|during|for|at the end of|for the year|for fiscal|in fiscal)(?: the year)? (?:19|20)\\d\\d)?'
const statement = new RegExp(`^(.{0,80}?) ${says} (.{1,50}?)${year} ?\\.?$`)
const shown = /^(.{1,50}?) ?, (?:as the table shows|as (?:shown|reported|stated)(?: (?:above|below|in the table))?)\.?$/
const yearAhead = /^(?:in|during|for) (?:fiscal )?(?:19|20)\d\d ?, /

/** Words before the figure with which it may be no answer, or not the only one. */
const turning =
  /\b(?:not|no|never|nor|neither|or|if|unless|wrong|incorrect|false|page|note|notes|table|exhibit|item|section|line|row|column|except|than|between|from|but|may|might|could|would|should|perhaps|maybe|possibly|either|whether|last|previous|prior)\b|n't\b|[\d?]/

/**
 * One figure within a plain sentence that says nothing else: `net sales were 5 million in 2009`, against a gold that is a
 * figure alone. A sentence with another number, a doubt or a denial is left open.
 */
export function sentenceRule({ gold, answer, goldQuantity, answerQuantity }: RuleQuery): RuleDecision | null {
  if (goldQuantity === null || answerQuantity !== null || answer.length > longest || gold.length > longest) return null
  const plain = answer.replace(yearAhead, '')
  const found = statement.exec(plain)
  const [before, figure] = found === null ? ['', shown.exec(plain)?.[1]] : [found[1], found[2]]
  if (figure === undefined || turning.test(before)) return null
  const given = parseQuantity(figure)
  return given === null ? null : compareQuantities(goldQuantity, given)
}
