import { FintuneError } from '../lib/FintuneError.js'
import type { Problem } from './Problem.js'

/** Everything wrong with a recipe, found before any work starts. */
export class RecipeError extends FintuneError {
  constructor(
    readonly file: string,
    readonly problems: readonly Problem[],
  ) {
    super(describe(file, problems), { exitCode: 2 })
  }
}

function describe(file: string, problems: readonly Problem[]): string {
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`
  const lines = problems.map(
    (problem) => `  ${problem.path && `${problem.path}: `}${problem.message}${place(file, problem)}`,
  )
  return [`${file} has ${count}:`, ...lines, `Check again with:  fintune validate ${file}`].join('\n')
}

/** Where to look, in the form terminals and editors open at a click. */
function place(file: string, { file: source, line, column }: Problem): string {
  if (line === undefined) return source === undefined ? '' : ` (${source})`
  return ` (${source ?? file}:${line}${column === undefined ? '' : `:${column}`})`
}
