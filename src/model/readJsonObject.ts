import { readFile } from 'node:fs/promises'
import { InputError } from '../lib/InputError.js'

/**
 * A file's JSON object.
 *
 * @throws InputError when it is absent (with `advice` on what belongs there), is not JSON or not an object
 */
export async function readJsonObject(file: string, advice: string): Promise<Record<string, unknown>> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    const why = code === 'ENOENT' || code === 'ENOTDIR' ? 'there is no such file.' : `it cannot be read (${code}).`
    throw new InputError(`${file}: ${why} ${advice}`, { cause })
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new InputError(`${file} is not JSON: ${(cause as Error).message}`, { cause })
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new InputError(
      `${file}: found ${Array.isArray(value) ? 'a list' : String(value)}; it must hold a JSON object.`,
    )
  return value as Record<string, unknown>
}
