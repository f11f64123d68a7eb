import { DataError, type DataProblem } from './DataError.js'
import { readLines } from './readEntries.js'
import { EntryError } from './readPageEntry.js'

/**
 * A JSONL file's lines as examples. These files are made for training, so no bad line is left out silently.
 *
 * @param read one line's value to an example; `place` (`line 3`) serves as its id
 * @throws DataError with every bad line, or when there is none at all
 */
export async function readLineExamples<T>(
  path: string,
  format: string,
  read: (value: unknown, place: string) => T,
): Promise<T[]> {
  const problems: DataProblem[] = []
  const examples: T[] = []
  for (const { place, value, broken } of await readLines(path)) {
    try {
      if (broken !== undefined) throw new EntryError('', broken, 'a JSON object a line')
      examples.push(read(value, place))
    } catch (error) {
      if (!(error instanceof EntryError)) throw error
      const where = error.key === '' ? place : `${place}, ${error.key}`
      problems.push({ file: path, place: where, found: error.found, allowed: error.allowed })
    }
  }
  if (problems.length > 0) throw new DataError(`${path}: ${problems.length} bad lines.`, problems)
  if (examples.length === 0) throw new DataError(`${path}: is empty; ${format} are expected, one a line.`)
  return examples
}
