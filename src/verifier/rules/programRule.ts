import { executeProgram } from '../../finqa/executeProgram.js'
import type { RuleDecision } from './RuleDecision.js'
import type { RuleQuery } from './RuleQuery.js'

/** No program comes near this length; FinQA's longest gold has some 300 characters. */
const longestProgram = 4_000

/**
 * An answer in FinQA's language, executed against its page: right only if it is valid and its value exactly equals
 * `exe_ans` (the official execution accuracy). Decides every query that has a program.
 */
export function programRule({ query: { program, answer } }: RuleQuery): RuleDecision | null {
  if (program === undefined) return null
  if (answer.length > longestProgram) return { verdict: 'different', reason: 'too long for a program' }
  const result = executeProgram(answer.trim(), program.page, { dialect: program.dialect })
  if (!result.valid) return { verdict: 'different', reason: `not a valid program: ${result.reason.slice(0, 200)}` }
  const equal = result.value === program.goldExeAns
  return {
    verdict: equal ? 'equivalent' : 'different',
    reason: `the program gives ${result.value}, gold ${program.goldExeAns}`,
  }
}
