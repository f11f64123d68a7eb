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

function read(text: string): boolean | undefined {
  return text.length > 40
    ? undefined
    : words.get(text.replace(/^(?:the )?answer(?: is|:) /, '').replace(/[.,!。!]+$/, ''))
}
