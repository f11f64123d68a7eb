/**
 * The root of every error this program raises on purpose: its message is written for the user
 * (what, where, found, allowed, what to type next) and it carries the exit code the program ends with.
 *
 * Exit codes: 1 failed · 2 the command, recipe or input is wrong · 3 a gate failed · 75 stopped at a checkpoint.
 */
export class FintuneError extends Error {
  readonly exitCode: number
  constructor(message: string, options: { exitCode?: number; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = new.target.name
    this.exitCode = options.exitCode ?? 1
  }

  /** True for any FintuneError, also one made by another copy of this package. */
  static isInstance(error: unknown): error is FintuneError {
    return error instanceof Error && typeof (error as { exitCode?: unknown }).exitCode === 'number'
  }
}
