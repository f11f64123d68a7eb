import { FintuneError } from '../../lib/FintuneError.js'
import { InputError } from '../../lib/InputError.js'

/** An error as it crosses a thread: structured clones lose classes and own properties. */
export interface EncodedError {
  readonly kind: 'input' | 'fintune' | 'other'
  readonly name: string
  readonly message: string
  readonly stack?: string
  readonly exitCode?: number
  readonly code?: string
}

export function encodeError(error: unknown): EncodedError {
  if (!(error instanceof Error)) return { kind: 'other', name: 'Error', message: String(error) }
  const { name, message, stack } = error
  const { code } = error as NodeJS.ErrnoException
  const kind = error instanceof InputError ? 'input' : FintuneError.isInstance(error) ? 'fintune' : 'other'
  return { kind, name, message, stack, code, exitCode: FintuneError.isInstance(error) ? error.exitCode : undefined }
}
