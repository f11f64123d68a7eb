import { FintuneError } from '../../lib/FintuneError.js'
import { InputError } from '../../lib/InputError.js'
import type { EncodedError } from './encodeError.js'

/** The error again, of the class that decides the exit code, under its own name and code. */
export function decodeError({ kind, name, message, stack, exitCode, code }: EncodedError): Error {
  const error =
    kind === 'input'
      ? new InputError(message)
      : kind === 'fintune'
        ? new FintuneError(message, { exitCode })
        : new Error(message)
  error.name = name
  if (stack !== undefined) error.stack = stack
  return code === undefined ? error : Object.assign(error, { code })
}
