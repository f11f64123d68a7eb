import { InputError } from '../lib/InputError.js'

/** One thing wrong in a data file. */
export interface DataProblem {
  readonly file: string
  /** Where: `[12].qa.program`, `line 7`, `row 3`. */
  readonly place: string
  readonly found: string
  readonly allowed: string
}

const SHOWN = 8

/** A data set that cannot be used, with everything found wrong in it. */
export class DataError extends InputError {
  constructor(
    message: string,
    readonly problems: readonly DataProblem[] = [],
  ) {
    super([message, ...describeProblems(problems)].join('\n'))
  }
}

/** A line a problem, the first eight. */
export function describeProblems(problems: readonly DataProblem[]): string[] {
  const lines = problems
    .slice(0, SHOWN)
    .map(({ file, place, found, allowed }) => `  ${file} ${place}: found ${found}; allowed: ${allowed}`)
  return problems.length > SHOWN ? [...lines, `  … and ${problems.length - SHOWN} more`] : lines
}
