import { FintuneError } from '../lib/FintuneError.js'

/** A checkpoint that cannot be used: which one, and what is wrong with it. */
export class CheckpointError extends FintuneError {
  constructor(
    readonly directory: string,
    readonly problem: string,
    /** Its own files, or the part of the run's logs that it covers. */
    readonly where: 'checkpoint' | 'log' = 'checkpoint',
  ) {
    super(`checkpoint ${directory}: ${problem}`)
  }
}
