import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { InputError } from '../../lib/InputError.js'
import { packageRoot } from '../../lib/packageRoot.js'

/**
 * A judge's instructions.
 *
 * @param path    the user's own file
 * @param shipped else this one of recipes/judge
 * @throws InputError where the file cannot be read or does not ask for \boxed{1} and \boxed{0}
 */
export async function readInstructions(path: string | undefined, shipped: string): Promise<string> {
  const file = path ?? join(packageRoot(), 'recipes/judge', shipped)
  let text: string
  try {
    text = (await readFile(file, 'utf8')).trim()
  } catch (cause) {
    throw new InputError(`the judge's prompt: ${file} cannot be read (${(cause as Error).message})`, { cause })
  }
  const missing = ['\\boxed{1}', '\\boxed{0}'].filter((box) => !text.includes(box))
  if (missing.length === 0) return text
  throw new InputError(
    `the judge's prompt: ${file} does not ask for ${missing.join(' and ')}; a verdict is read from nothing else. ` +
      `Begin from the shipped recipes/judge/${shipped}.`,
  )
}
