import { readFile } from 'node:fs/promises'
import { DataError } from './DataError.js'

/**
 * A file's text: UTF-8, without a byte order mark.
 *
 * @throws DataError when it cannot be read or is not UTF-8
 */
export async function readTextFile(path: string): Promise<string> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new DataError(
      `${path}: cannot be read (${error.code}). Check the path; it is relative to the working directory.`,
    )
  })
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new DataError(`${path}: is not UTF-8 text.`)
  }
}

/** A JSON file's value; an error names the line and column where it breaks off. */
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
