import { DataError } from './DataError.js'
import { readTextFile } from './readTextFile.js'

/**
 * A JSON file's value.
 *
 * @throws DataError naming the line and column where the file breaks off or goes wrong
 */
export async function readJsonFile(path: string): Promise<unknown> {
  const text = await readTextFile(path)
  if (text.trim() === '') throw new DataError(`${path}: is empty; JSON is expected.`)
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new DataError(`${path}: is not whole JSON: ${describeBreak(text, error as Error)}`)
  }
}

function describeBreak(text: string, error: Error): string {
  const position = /at position (\d+)/.exec(error.message)
  const at = position === null ? text.length : Number(position[1])
  const before = text.slice(0, at).split('\n')
  const place = `line ${before.length}, column ${before[before.length - 1].length + 1}`
  const ended = at >= text.trimEnd().length
  return ended ? `it ends at ${place} before it is complete (a cut-off download?).` : `${error.message} (${place}).`
}
