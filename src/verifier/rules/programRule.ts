import { executeProgram } from '../../finqa/executeProgram.js'
import { programsEquivalent } from '../../finqa/programsEquivalent.js'
import { compareQuantities } from '../quantity/compareQuantities.js'
import { parseQuantity } from '../quantity/parseQuantity.js'
import type { VerifierQuery } from '../VerifierQuery.js'
import type { RuleDecision } from './RuleDecision.js'
import type { RuleQuery } from './RuleQuery.js'

/** No program comes near this length; FinQA's longest gold has some 300 characters. */
const longestProgram = 4_000

/** A program in FinQA's language begins so. */
const program = /^(?:add|subtract|multiply|divide|exp|greater|table_(?:max|min|sum|average)) ?\(/

/** Below this a result rounded to five decimals has too few digits to tell two programs apart. */
const smallestTold = 1e-3

/**
 * Programs in FinQA's language. With a page: the answer is executed against it and is right only if it is valid and its
 * value exactly equals `exe_ans` (the official execution accuracy); that decides every such query.
 *
 * Without a page (gold itself is a program): equal by algebra (the official program accuracy), else by the values of
 * both; a number answers a program by its value.
 */
export function programRule({
  query: { program: task, gold, answer },
  answerQuantity,
}: RuleQuery): RuleDecision | null {
  if (task !== undefined) return execute(task, answer)
  if (gold.length > longestProgram || answer.length > longestProgram) return null
  const [expected, given] = [inOneWriting(gold), inOneWriting(answer)]
  if (!program.test(expected)) return null
  if (program.test(given)) return comparePrograms(expected, given)
  const result = executeProgram(expected, { table: [] })
  const value = result.valid ? parseQuantity(String(result.value)) : null
  return value === null || answerQuantity === null ? null : compareQuantities(value, answerQuantity)
}

/** The official tokenizer splits at `, `, which people leave out. */
function inOneWriting(text: string): string {
  const plain = text.trim().toLowerCase()
  return plain.includes(', ') ? plain.replace(/\),(?=[a-z])/g, '), ') : plain.replaceAll(',', ', ')
}

function execute({ page, goldExeAns, dialect }: NonNullable<VerifierQuery['program']>, answer: string): RuleDecision {
  if (answer.length > longestProgram) return { verdict: 'different', reason: 'too long for a program' }
  const result = executeProgram(answer.trim(), page, { dialect })
  if (!result.valid) return { verdict: 'different', reason: `not a valid program: ${result.reason.slice(0, 200)}` }
  const equal = result.value === goldExeAns
  return {
    verdict: equal ? 'equivalent' : 'different',
    reason: `the program gives ${result.value}, gold ${goldExeAns}`,
  }
}

function comparePrograms(expected: string, given: string): RuleDecision | null {
  if (programsEquivalent(expected, given)) return { verdict: 'equivalent', reason: 'the same formula' }
  const [left, right] = [expected, given].map((text) => executeProgram(text, { table: [] }))
  if (!left.valid || !right.valid) return null
  if (left.value !== right.value) {
    return { verdict: 'different', reason: `the programs give ${right.value} and, gold, ${left.value}` }
  }
  const told = typeof left.value !== 'number' || Math.abs(left.value) >= smallestTold
  return told ? { verdict: 'equivalent', reason: `both programs give ${left.value}` } : null
}
