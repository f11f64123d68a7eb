import { InputError } from '../../lib/InputError.js'

/** @throws InputError where --max-steps is given and is no whole number of 1 or more */
export function requireMaxSteps(maxSteps: number | undefined): void {
  if (maxSteps === undefined || (Number.isInteger(maxSteps) && maxSteps >= 1)) return
  throw new InputError(`--max-steps: found ${maxSteps}; a whole number of 1 or more is needed (0 would train nothing)`)
}
