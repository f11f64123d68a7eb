import { compareQuantities } from '../quantity/compareQuantities.js'
import { parseQuantity } from '../quantity/parseQuantity.js'
import type { Quantity } from '../quantity/Quantity.js'
import type { RuleDecision } from './RuleDecision.js'
import type { RuleQuery } from './RuleQuery.js'

type Range = readonly [Quantity, Quantity]

/** Two bounds against two bounds: `5-7%`, `5% to 7%`, `between 5 % and 7 %`. A range never equals one number. */
export function rangeRule({ gold, answer, goldQuantity, answerQuantity }: RuleQuery): RuleDecision | null {
  const [expected, given] = [readRange(gold), readRange(answer)]
  if ((expected !== null && answerQuantity !== null) || (given !== null && goldQuantity !== null)) {
    return { verdict: 'different', reason: 'one is a range, the other a number' }
  }
  if (expected === null || given === null) return null
  const bounds = expected.map((bound, i) => compareQuantities(bound, given[i]))
  if (bounds.some((bound) => bound?.verdict === 'different'))
    return { verdict: 'different', reason: 'the ranges differ' }
  return bounds.includes(null) ? null : { verdict: 'equivalent', reason: 'the same range' }
}

/** A unit or scale named once, behind the upper bound, holds for both: `5-7 %`, `$5 to $7 million`. */
function readRange(text: string): Range | null {
  if (text.length > 120) return null
  const parts =
    /^(?:between |from )?([^a-z]*\d[^a-z]*(?: ?[a-z%$ ]{0,24})?)(?: to | and |(?<=[\d%a-z)]) ?[-~] ?)([^-~]+)$/.exec(
      text,
    )
  if (parts === null || (text.includes(' and ') && !text.startsWith('between '))) return null
  const upper = parseQuantity(parts[2].trim())
  const shared = /[\d)]([^\d()]*)$/.exec(parts[2])?.[1] ?? ''
  const lowerText = parts[1].trim()
  const lower = /\d$/.test(lowerText) ? parseQuantity(lowerText + shared) : parseQuantity(lowerText)
  if (lower === null || upper === null || lower.kind !== upper.kind) return null
  if (lower.value > upper.value && !text.startsWith('between ')) return null // `10 - 3` may be a difference
  return [lower, upper]
}
