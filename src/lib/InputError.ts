import { FintuneError } from './FintuneError.js'

/** Something the user gave (a file, a value, a directory) is wrong: exit code 2. The message names it and the way out. */
export class InputError extends FintuneError {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super(message, { ...options, exitCode: 2 })
  }
}
