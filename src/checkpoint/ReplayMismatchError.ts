import { FintuneError } from '../lib/FintuneError.js'

/** A step that was run again after a resume did not give what it gave the first time. */
export class ReplayMismatchError extends FintuneError {
  constructor(
    readonly stage: string,
    readonly step: number,
    readonly differences: readonly string[],
  ) {
    super(
      `step ${step} of stage ${stage}, run again after the resume, differs from the step log:\n` +
        differences.map((line) => `  ${line}`).join('\n') +
        '\nThe recipe’s data, the machine’s kernels (fintune doctor) or the program have changed since.',
    )
  }
}
