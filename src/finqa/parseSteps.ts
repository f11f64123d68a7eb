import { operators } from './operators.js'
import { pythonText } from './pythonText.js'

/** One step of a program, e.g. `subtract(5829, #0)`. */
export interface ProgramStep {
  /** An operator's name; empty where the official scorer finds none and skips the step. */
  readonly operator: string
  readonly arg1: string
  readonly arg2: string
  /** The step as the official scorer holds it (tokens joined by bars): it names table steps by this text. */
  readonly text: string
}

/**
 * Splits a program's tokens (no EOF) into steps as the official scorers do: groups of four, of which the first must be an
 * operator and the fourth ")"; an unfinished last step is dropped, which is their rule too.
 *
 * @returns the steps, or the reason why the program is invalid
 */
export function parseSteps(tokens: readonly string[]): ProgramStep[] | string {
  for (const [index, token] of tokens.entries()) {
    if (index % 4 === 0 && !(operators as readonly string[]).includes(token.replace(/^\(+|\(+$/g, '')))
      return `token ${index + 1} is "${token}"; an operator stands there (${operators.join(', ')})`
    if (index % 4 === 3 && token !== ')') return `token ${index + 1} is "${token}"; a ")" stands there`
  }
  const steps: ProgramStep[] = []
  for (const part of tokens.join('|').split(')').slice(0, -1)) {
    const text = pythonText.strip(part)
    const pieces = text.split('(')
    if (pieces.length !== 2) return `step ${steps.length} has ${pieces.length - 1} "("`
    const [arg1, arg2] = withoutBars(pieces[1]).split('|')
    if (arg2 === undefined) return `step ${steps.length} has one argument`
    steps.push({
      operator: withoutBars(pieces[0]),
      arg1: pythonText.strip(arg1),
      arg2: pythonText.strip(arg2),
      text,
    })
  }
  return steps
}

const withoutBars = (text: string) => pythonText.strip(text.replace(/^\|+|\|+$/g, ''))
