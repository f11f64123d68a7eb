import { FintuneError } from '../lib/FintuneError.js'

/**
 * Says on stderr what went wrong and gives the exit code: our own errors by their message alone, which is written for
 * users; an unexpected one by its first line, and by its stack where that is asked for.
 */
export function reportError(error: unknown, { verbose }: { verbose: boolean }): number {
  if (FintuneError.isInstance(error)) {
    process.stderr.write(`${error.message}\n`)
    if (verbose && error.cause instanceof Error) process.stderr.write(`Caused by: ${error.cause.stack}\n`)
    return error.exitCode
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  const [first] = (error instanceof Error ? error.message : String(error)).split('\n')
  process.stderr.write(
    verbose
      ? `${stack}\n`
      : `Unexpected error: ${first}\nThis is a fault of fintune, not of your input. For its stack, add --verbose to the same command.\n`,
  )
  return 1
}
