import { compareQuantities } from '../quantity/compareQuantities.js'
import { parseQuantity } from '../quantity/parseQuantity.js'
import type { Quantity } from '../quantity/Quantity.js'
import { canonicalText } from '../text/canonicalText.js'
import type { RuleDecision } from './RuleDecision.js'
import type { RuleQuery } from './RuleQuery.js'

/**
 * Lists. Names: the same ones in any order, or one side has all of the other's and more.
 *
 * Numbers are compared item by item in their order; the same items in another order are left open. Several numbers
 * never answer a question for one: the right one among them is a guess.
 */
export function listRule(query: RuleQuery): RuleDecision | null {
  return compareNumbers(query) ?? compareNames(query)
}

function compareNumbers({ gold, answer, goldQuantity, answerQuantity }: RuleQuery): RuleDecision | null {
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

/** What begins like this goes on with what was said, and is no further item. */
const goesOn =
  /^(?:driven|due|because|by|in|at|for|from|as|which|since|with|mainly|compared|or|not|but|on|to|of|up|down|is|was|were|it|they)\b|\d/

function compareNames({ gold, answer }: RuleQuery): RuleDecision | null {
  const [expected, given] = [readNames(gold), readNames(answer)]
  if (expected === null || given === null || Math.max(expected.size, given.size) < 2) return null
  const missing = [...expected].filter((name) => !given.has(name))
  const added = [...given].filter((name) => !expected.has(name))
  if (missing.length === 0 && added.length === 0) return { verdict: 'equivalent', reason: 'the same names' }
  if (missing.length === 0) return { verdict: 'different', reason: 'the answer names more' }
  return added.length === 0 ? { verdict: 'different', reason: 'the answer names fewer' } : null
}

/** The names of a list, in one wording; null where an item is more than a name. */
function readNames(text: string): ReadonlySet<string> | null {
  if (text.length > 400) return null
  const plain = text.replace(/ ?\.$/, '').replace(/ ,/g, ',')
  const items = plain.split(/, (?:and )?|; ?| and | & /).map(canonicalText)
  const named = items.every((item) => item !== '' && item.split(' ').length <= 3 && !goesOn.test(item))
  return named && new Set(items).size === items.length ? new Set(items) : null
}
