import { readFile } from 'node:fs/promises'
import { DataError } from './DataError.js'

/**
 * A file's text: UTF-8, without a byte order mark.
 *
 * @throws DataError when it cannot be read or is not UTF-8
 */
export async function readTextFile(path: string): Promise<string> {
  return decode(path, await readFile(path).catch((error: NodeJS.ErrnoException) => unreadable(path, error)))
}

function decode(path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new DataError(`${path}: is not UTF-8 text.`)
  }
}

function unreadable(path: string, error: NodeJS.ErrnoException): never {
  throw new DataError(
    `${path}: cannot be read (${error.code}). Check the path; it is relative to the working directory.`,
  )
}
