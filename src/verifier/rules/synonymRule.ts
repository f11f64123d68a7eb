import { canonicalText } from '../text/canonicalText.js'
import { pastTense } from '../text/pastTense.js'
import type { RuleDecision } from './RuleDecision.js'
import type { RuleQuery } from './RuleQuery.js'

/** Longer texts are compared by whoever can read. */
const longest = 400
const legalForm = / (?:inc|incorporated|corp|corporation|company|co|plc|ltd|limited|llc|ag|gmbh|nv|sa)$/
const because = /^(?:it (?:was|is) )?(?:because of|due to|driven by|as result of|owing to|caused by) /

/**
 * The same words but for articles, stops, usual abbreviations (`r&d`), contractions, a company's legal form and what a
 * cause begins with; or the same words but for one `not`.
 */
export function synonymRule({ gold, answer }: RuleQuery): RuleDecision | null {
  if (gold.length > longest || answer.length > longest) return null
  const [expected, given] = [canonicalText(gold), canonicalText(answer)]
  if (expected === '' || given === '') return null
  if (expected === given) return { verdict: 'equivalent', reason: 'the same words' }
  const [name, otherName] = [expected.replace(legalForm, ''), given.replace(legalForm, '')]
  if (name === otherName && !/\d/.test(name)) return { verdict: 'equivalent', reason: 'the same name' }
  if (expected.replace(because, '') === given.replace(because, ''))
    return { verdict: 'equivalent', reason: 'the same cause' }
  const [said, told] = [readDenial(expected), readDenial(given)]
  if (said.text !== told.text) return null
  return said.denied === told.denied
    ? { verdict: 'equivalent', reason: 'the same words' }
    : { verdict: 'different', reason: 'one denies the other' }
}

/** `sales did not rise`, `sales did rise` and `sales rose` are one statement, denied or not. */
function readDenial(text: string): { readonly text: string; readonly denied: boolean } {
  const spelled = / did (not |never )?([a-z]+)(?= |$)/.exec(` ${text}`)
  if (spelled !== null) {
    const [whole, no, verb] = spelled
    return { text: ` ${text}`.replace(whole, ` ${pastTense(verb)}`).trim(), denied: no !== undefined }
  }
  const denied = / (?:not|never) /.test(` ${text} `)
  return { text: ` ${text} `.replace(/ (?:not|never) /, ' ').trim(), denied }
}
