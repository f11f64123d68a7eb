import type { ProgramStep } from '../../finqa/parseSteps.js'
import type { QuestionExample } from '../QuestionExample.js'
import { executeProgram } from '../../finqa/executeProgram.js'
import { parseSteps } from '../../finqa/parseSteps.js'
import { tokenizeProgram } from '../../finqa/tokenizeProgram.js'
import { formatValue } from './formatValue.js'
import { operandSource } from './operandSource.js'

const SIGNS: Readonly<Record<string, string>> = {
  add: '+',
  subtract: '-',
  multiply: '*',
  divide: '/',
  exp: '^',
  greater: '>',
}

/**
 * A program in words, short, so that a small model can learn to write it: where each figure stands, then each step with
 * its result. `revenue 2009 is 5829 , revenue 2008 is 5735 . 5829 - 5735 = 94 . 94 / 5735 = 0.01639`
 *
 * @param options.results false: `… . 5829 - 5735 . #0 / 5735`, for models too small to calculate; default true
 */
export function reasonProgram(example: QuestionExample, { results: tell = true }: { results?: boolean } = {}): string {
  const tokens = tokenizeProgram(example.program)
  if (tokens.length === 1) return operandSource(tokens[0], example) ?? `the value is ${tokens[0]}`
  const steps = parseSteps(tokens)
  if (typeof steps === 'string') return `the program is ${example.program}`
  const results = tell ? steps.map((_, index) => resultOf(tokens.slice(0, 4 * (index + 1)), example)) : []
  const literals = steps.flatMap((step) => (isRowStep(step) ? [] : [step.arg1, step.arg2]))
  const sources = [...new Set(literals)].flatMap((literal) => operandSource(literal, example) ?? [])
  const sayings = steps.map((step, index) => sayStep(step, results.at(index), results, example))
  return [...(sources.length > 0 ? [sources.join(' , ')] : []), ...sayings].join(' . ')
}

const isRowStep = (step: ProgramStep) => step.operator.startsWith('table_')

/** @param results of the steps so far and of this one; empty where they are not told */
function sayStep(
  step: ProgramStep,
  result: string | undefined,
  results: readonly string[],
  example: QuestionExample,
): string {
  const told = (before: string) => (result === undefined ? '' : `${before} ${result}`)
  if (isRowStep(step)) {
    const cells = example.page.table.findLast((row) => row[0] === step.arg1)?.slice(1) ?? []
    const figures = cells.map((cell) => cell.replaceAll('$', '').split('(')[0].trim())
    return `${step.arg1} is ${figures.join(' , ')} . ${step.operator.replace('table_', '')}${told(' is')}`
  }
  const [left, right] = [step.arg1, step.arg2].map((argument) => sayOperand(argument, results))
  return `${left} ${SIGNS[step.operator]} ${right}${told(step.operator === 'greater' ? ' :' : ' =')}`
}

function sayOperand(argument: string, results: readonly string[]): string {
  if (argument.startsWith('#')) return results[Number(argument.slice(1))] ?? argument
  return argument.replace(/^const_m/, '-').replace(/^const_/, '')
}

function resultOf(tokens: readonly string[], example: QuestionExample): string {
  const result = executeProgram(tokens, example.page)
  return result.valid ? formatValue(result.value) : 'unknown'
}
