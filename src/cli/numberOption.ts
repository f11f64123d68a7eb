import { InputError } from '../lib/InputError.js'

/**
 * A number on the command line, checked while it is parsed: yargs alone would pass on NaN for a word.
 * For use as an option's `coerce`.
 *
 * @throws InputError naming the option, what was found and what is allowed
 */
export function numberOption(
  name: string,
  { min, max = Infinity, integer = false }: { min: number; max?: number; integer?: boolean },
): (value: unknown) => number {
  return (value) => {
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
    const fits = typeof number === 'number' && number >= min && number <= max && (!integer || Number.isInteger(number))
    if (fits) return number
    const kind = integer ? 'a whole number' : 'a number'
    const range = max === Infinity ? `of ${min} or more` : `from ${min} to ${max}`
    const found = Array.isArray(value) ? `${value.length} values (give it once)` : JSON.stringify(value)
    throw new InputError(`--${name}: found ${found}; allowed: ${kind} ${range}`)
  }
}
