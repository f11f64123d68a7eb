import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { InputError } from '../lib/InputError.js'

/** @throws InputError unless the directory holds a config.json: found before the first answer is judged, not after */
export async function requireModelDirectory(directory: string, use: string, remedy: string): Promise<void> {
  try {
    await access(join(directory, 'config.json'))
  } catch (cause) {
    throw new InputError(`${use}: ${directory} holds no model (no config.json there).\n  ${remedy}`, { cause })
  }
}
