import { operators } from '../../finqa/operators.js'
import { tokenizeProgram } from '../../finqa/tokenizeProgram.js'

const openings = new Set(operators.map((operator) => `${operator}(`))

/**
 * The operators of a program in their order, the shortest thing that can be thought before writing it:
 * `subtract, divide`; `value` for ConvFinQA's programs of one number.
 */
export function nameOperators(program: string): string {
  const names = tokenizeProgram(program).flatMap((token) => (openings.has(token) ? [token.slice(0, -1)] : []))
  return names.length === 0 ? 'value' : names.join(', ')
}
