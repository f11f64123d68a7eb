import { DataError } from './DataError.js'
import { parseLines, type FileEntry } from './parseLines.js'
import { readJsonFile } from './readJsonFile.js'
import { readTextFile } from './readTextFile.js'

/**
 * The entries of a JSON list, of JSONL (by `.jsonl` or `.ndjson`) or of parquet (by `.parquet`).
 *
 * @throws DataError when the file as a whole cannot be read
 */
export async function readEntries(path: string): Promise<FileEntry[]> {
  if (/\.parquet$/i.test(path)) return readParquet(path)
  if (/\.(jsonl|ndjson)$/i.test(path)) return parseLines(await readTextFile(path))
  const value = await readJsonFile(path)
  if (!Array.isArray(value)) throw new DataError(`${path}: found ${kind(value)}; a list of entries is expected.`)
  return value.map((entry: unknown, index) => ({ place: `[${index}]`, value: entry }))
}

async function readParquet(path: string): Promise<FileEntry[]> {
  const { asyncBufferFromFile, parquetReadObjects } = await import('hyparquet')
  try {
    const rows = await parquetReadObjects({ file: await asyncBufferFromFile(path) })
    return rows.map((value, index) => ({ place: `row ${index}`, value }))
  } catch (error) {
    throw new DataError(`${path}: cannot be read as parquet: ${(error as Error).message}`)
  }
}

const kind = (value: unknown) =>
  value === null ? 'null' : typeof value === 'object' ? 'one object' : `a ${typeof value}`
