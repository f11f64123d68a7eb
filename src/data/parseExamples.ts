import { DataError, type DataProblem } from './DataError.js'
import type { FileEntry } from './parseLines.js'
import { EntryError } from './readPageEntry.js'

/**
 * A file's entries as examples. Such files are made for training, so no bad one is left out silently.
 *
 * @param read one entry to an example; `place` (`line 3`) serves as its id
 * @throws DataError with every bad entry, or when there is none at all
 */
export function parseExamples<T>(
  path: string,
  entries: readonly FileEntry[],
  format: string,
  read: (value: unknown, place: string) => T,
): T[] {
  const problems: DataProblem[] = []
  const examples: T[] = []
  for (const { place, value, broken } of entries) {
    try {
      if (broken !== undefined) throw new EntryError('', broken, 'a JSON object a line')
      examples.push(read(value, place))
    } catch (error) {
      if (!(error instanceof EntryError)) throw error
      const where = error.key === '' ? place : `${place}, ${error.key}`
      problems.push({ file: path, place: where, found: error.found, allowed: error.allowed })
    }
  }
  if (problems.length > 0)
    throw new DataError(`${path}: ${problems.length} of ${entries.length} entries are bad.`, problems)
  if (examples.length === 0) throw new DataError(`${path}: holds nothing; ${format} are expected.`)
  return examples
}
