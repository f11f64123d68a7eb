import type { RuleDecision } from './RuleDecision.js'
import type { RuleQuery } from './RuleQuery.js'

const words = new Map([
  ['yes', true],
  ['no', false],
  ['true', true],
  ['false', false],
  ['correct', true],
  ['incorrect', false],
  ['yeah', true],
  ['nope', false],
  ['是', true],
  ['是的', true],
  ['否', false],
  ['不是', false],
  ['对', true],
  ['错', false],
  ['正确', true],
  ['错误', false],
])

/** Yes or no against yes or no; a number never answers a yes/no question, nor the other way round. */
export function yesNoRule({ gold, answer, goldQuantity, answerQuantity }: RuleQuery): RuleDecision | null {
  const [goldWord, answerWord] = [read(gold), read(answer)]
  if (goldWord !== undefined && answerWord !== undefined) {
    return goldWord === answerWord
      ? { verdict: 'equivalent', reason: `both say ${goldWord ? 'yes' : 'no'}` }
      : { verdict: 'different', reason: 'one says yes, the other no' }
  }
  if (goldWord !== undefined && answerQuantity !== null) {
    return { verdict: 'different', reason: 'gold is yes or no, the answer a number' }
  }
  if (answerWord !== undefined && goldQuantity !== null) {
    return { verdict: 'different', reason: 'gold is a number, the answer yes or no' }
  }
  return null
}

const echo =
  /^(?:(yes) ?, (?:it|they|this|that|he|she|we) [a-z]{2,5}|(no) ?, (?:it|they|this|that|he|she|we) [a-z]{2,5}(?: not|n't))$/

const reasoned = /^(yes|no) ?(?:[,;:.-] ?|(?= (?:because|since|as) ))(.{3,150})$/
/** What a reason must not hold, or it may take the word back. */
const takesBack =
  /\b(?:yes|no|but|however|although|though|unless|except|maybe|perhaps|if|or|only|yet|while|not sure|until)\b|[?\\<[]/

/** The word alone, followed by its echo (`yes, it did`, `no, they were not`) or by a plain reason (`yes, because …`). */
function read(text: string): boolean | undefined {
  if (text.length > 200) return undefined
  const rest = text.replace(/^(?:the )?answer(?: is| ?:) /, '').replace(/ ?[.,!。]$/, '')
  const echoed = echo.exec(rest)
  const word = words.get(echoed?.[1] ?? echoed?.[2] ?? rest)
  if (word !== undefined) return word
  const [, said, reason] = reasoned.exec(rest) ?? []
  if (said === undefined || takesBack.test(reason)) return undefined
  // `yes, it did not` says both.
  return said === 'yes' && /\b(?:not|never)\b|n't\b/.test(reason) ? undefined : said === 'yes'
}
