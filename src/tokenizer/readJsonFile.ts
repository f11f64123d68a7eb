import { readFile } from 'node:fs/promises'
import { TokenizerError } from './TokenizerError.js'

/** The JSON object in a file, or null where there is no such file. @throws TokenizerError when it is not a JSON object */
export async function readJsonFile(path: string): Promise<Record<string, unknown> | null> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null
    throw new TokenizerError(path, `cannot be read: ${error.message}`, { cause: error })
  })
  if (text === null) return null
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    const size = `${Buffer.byteLength(text)} bytes`
    throw new TokenizerError(path, `not valid JSON (${(error as Error).message}; ${size}). Fetch the file again.`, {
      cause: error,
    })
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TokenizerError(
      path,
      `found ${value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value}, expected a JSON object`,
    )
  }
  return value as Record<string, unknown>
}
