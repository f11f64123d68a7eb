import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { InputError } from '../lib/InputError.js'

/** @throws InputError unless the directory holds these files: found before the first answer is judged, not after */
export async function requireModelDirectory(
  directory: string,
  files: readonly string[],
  { use, remedy }: { readonly use: string; readonly remedy: string },
): Promise<void> {
  for (const file of files) {
    try {
      await access(join(directory, file))
    } catch (cause) {
      throw new InputError(`${use}: ${directory} holds no model (no ${file} there).\n  ${remedy}`, { cause })
    }
  }
}
