import { parseQuantity } from '../quantity/parseQuantity.js'
import type { RuleDecision } from './RuleDecision.js'
import type { RuleQuery } from './RuleQuery.js'

/** A choice as written: its letters in order, and the text of the option where it was written out. */
interface Choice {
  readonly letters: string
  readonly text: string
}

/**
 * Options by letter, A to H: `B`, `(b)`, `B.`, `option B`, `B. 5 million`, and several at once (`A, C` is `ca`).
 * Gold must be letters, alone or before the option's text; an answer without a letter is left to others.
 */
export function multipleChoiceRule({ gold, answer }: RuleQuery): RuleDecision | null {
  const [expected, given] = [read(gold), read(answer)]
  if (expected === null) return null
  if (given === null) {
    const number = expected.text === '' && parseQuantity(answer) !== null
    return number ? { verdict: 'different', reason: 'gold is an option, the answer a number' } : null
  }
  if (expected.letters !== given.letters) return { verdict: 'different', reason: 'other options are chosen' }
  const sameText = expected.text === '' || given.text === '' || expected.text === given.text
  return sameText ? { verdict: 'equivalent', reason: 'the same option' } : null
}

const lead = /^(?:(?:the )?(?:correct )?(?:answer|option|choice)s?(?: is| are| ?:)? )?(?:options? |choices? )?/

function read(text: string): Choice | null {
  if (text.length > 200) return null
  const rest = text.replace(lead, '')
  const several = /^\(?([a-h](?:(?:, ?(?:and )?| and | ?& ?|\/)[a-h])+)\)?\.?$/.exec(rest)
  if (several !== null)
    return { letters: [...new Set(several[1].replace(/and|[^a-h]/g, ''))].sort().join(''), text: '' }
  const one = /^(?:\(([a-h])\)|([a-h])(?:[.):]|$))(?: ?(.*))?$/.exec(rest)
  if (one === null) return null
  return { letters: one[1] ?? one[2], text: (one[3] ?? '').replace(/\.$/, '').trim() }
}
