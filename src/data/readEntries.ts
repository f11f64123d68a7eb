import { DataError } from './DataError.js'
import { readJsonFile, readTextFile } from './readJsonFile.js'

/** One entry of a data file, or why it could not be parsed, and where it stands. */
export interface FileEntry {
  readonly place: string
  readonly value?: unknown
  readonly broken?: string
}

/**
 * The entries of a JSON list, of JSONL (by `.jsonl` or `.ndjson`) or of parquet (by `.parquet`).
 *
 * @throws DataError when the file as a whole cannot be read
 */
export async function readEntries(path: string): Promise<FileEntry[]> {
  if (/\.parquet$/i.test(path)) return readParquet(path)
  if (/\.(jsonl|ndjson)$/i.test(path)) return readLines(path)
  const value = await readJsonFile(path)
  if (!Array.isArray(value)) throw new DataError(`${path}: found ${kind(value)}; a list of entries is expected.`)
  return value.map((entry: unknown, index) => ({ place: `[${index}]`, value: entry }))
}

/** JSONL: an entry a line; blank lines are skipped. */
export async function readLines(path: string): Promise<FileEntry[]> {
  const lines = (await readTextFile(path)).split('\n')
  return lines.flatMap((line, index) => (line.trim() === '' ? [] : [parseLine(line, `line ${index + 1}`)]))
}

function parseLine(line: string, place: string): FileEntry {
  try {
    return { place, value: JSON.parse(line) as unknown }
  } catch (error) {
    return { place, broken: `no JSON (${(error as Error).message})` }
  }
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
