import type { QuestionExample } from './QuestionExample.js'
import { DataError, describeProblems, type DataProblem } from './DataError.js'
import { readConvfinqaEntry, type ConversationOptions } from './readConvfinqaEntry.js'
import { readEntries } from './readEntries.js'
import type { FileEntry } from './parseLines.js'
import { readFinqaEntry } from './readFinqaEntry.js'
import { EntryError } from './readPageEntry.js'

/** How a file's entries are read, whatever the format they lie in. */
export interface QuestionFile {
  readonly format: 'finqa' | 'convfinqa'
  readonly path: string
  /** Of ConvFinQA. */
  readonly conversations?: ConversationOptions
  /** Take only the first so many examples. */
  readonly limit?: number
  /** A larger share of malformed entries is an error; default 0.05. */
  readonly maxMalformedShare?: number
}

/**
 * Reads FinQA or ConvFinQA. Malformed entries are left out and listed; ids that repeat are malformed too.
 *
 * @throws DataError when the file cannot be read, gives no example, or too many of its entries are malformed
 */
export async function readQuestionFile(
  file: QuestionFile,
): Promise<{ examples: QuestionExample[]; malformed: DataProblem[] }> {
  const entries = await readEntries(file.path)
  const malformed: DataProblem[] = []
  const examples = new Map<string, QuestionExample>()
  for (const entry of entries) {
    const read = readEntry(entry, file)
    if ('found' in read) malformed.push(read)
    else
      for (const example of read.examples) {
        if (examples.has(example.id)) malformed.push({ ...repeated(example.id), file: file.path, place: entry.place })
        else examples.set(example.id, example)
      }
  }
  requireUsable(file, entries.length, examples.size, malformed)
  return { examples: [...examples.values()].slice(0, file.limit), malformed }
}

function readEntry(entry: FileEntry, file: QuestionFile): { examples: QuestionExample[] } | DataProblem {
  const { place } = entry
  if (entry.broken !== undefined) return { file: file.path, place, found: entry.broken, allowed: 'a JSON object' }
  try {
    if (file.format === 'finqa') return { examples: [readFinqaEntry(entry.value)] }
    return { examples: readConvfinqaEntry(entry.value, file.conversations) }
  } catch (error) {
    if (!(error instanceof EntryError)) throw error
    return { file: file.path, place: `${place}.${error.key}`, found: error.found, allowed: error.allowed }
  }
}

const repeated = (id: string) => ({ found: `id "${id}" again`, allowed: 'an id of its own for each example' })

function requireUsable(file: QuestionFile, entries: number, usable: number, malformed: readonly DataProblem[]): void {
  const allowed = file.maxMalformedShare ?? 0.05
  if (malformed.length > allowed * entries) {
    const share = `${malformed.length} of ${entries} entries are malformed`
    throw new DataError(`${file.path}: ${share}; up to ${allowed * 100} % are left out (maxMalformedShare).`, malformed)
  }
  if (usable === 0)
    throw new DataError([`${file.path}: holds no ${file.format} example.`, ...describeProblems(malformed)].join('\n'))
}
