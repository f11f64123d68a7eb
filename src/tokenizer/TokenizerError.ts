import { InputError } from '../lib/InputError.js'

/** A tokenizer or chat template that cannot be used; the message names the file, what was found and the way out. */
export class TokenizerError extends InputError {
  constructor(
    /** The file or directory at fault. */
    readonly path: string,
    problem: string,
    options: { cause?: unknown } = {},
  ) {
    super(`${path}: ${problem}`, options)
  }
}
