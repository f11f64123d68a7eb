import { compareQuantities } from '../quantity/compareQuantities.js'
import { parseQuantity } from '../quantity/parseQuantity.js'
import type { Quantity } from '../quantity/Quantity.js'
import type { RuleDecision } from './RuleDecision.js'
import type { RuleQuery } from './RuleQuery.js'

/**
 * Lists of numbers, compared item by item in their order; the same items in another order are left open. Several numbers
 * never answer a question for one: the right one among them is a guess.
 */
export function listRule({ gold, answer, goldQuantity, answerQuantity }: RuleQuery): RuleDecision | null {
  const [expected, given] = [readList(gold, goldQuantity), readList(answer, answerQuantity)]
  if (expected === null || given === null || (expected.length === 1 && given.length === 1)) return null
  if (expected.length !== given.length) {
    return { verdict: 'different', reason: `gold has ${expected.length} numbers, the answer ${given.length}` }
  }
  const inOrder = expected.map((item, i) => compareQuantities(item, given[i]))
  if (inOrder.every((item) => item?.verdict === 'equivalent'))
    return { verdict: 'equivalent', reason: 'the same numbers' }
  const someMissing = expected.some((item) =>
    given.every((other) => compareQuantities(item, other)?.verdict === 'different'),
  )
  return someMissing ? { verdict: 'different', reason: 'the numbers differ' } : null
}

function readList(text: string, quantity: Quantity | null): Quantity[] | null {
  if (quantity !== null) return [quantity]
  if (text.length > 400) return null
  const inner = text.replace(/^[[{]|[\]}]$/g, '')
  return readItems(inner.split(/, (?:and |or )?|; ?| and | or /), 2) ?? readItems(inner.split(/,| /), 3)
}

/** `3,5` may be a decimal comma, `2 1` a slip; three or more parts are items. */
function readItems(parts: readonly string[], fewest: number): Quantity[] | null {
  if (parts.length < fewest || parts.length > 50) return null
  const items = parts.map((part) => parseQuantity(part.trim()))
  return items.every((item) => item !== null) ? items : null
}
