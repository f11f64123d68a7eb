/** One entry of a data file, or why it could not be parsed, and where it stands. */
export interface FileEntry {
  readonly place: string
  readonly value?: unknown
  readonly broken?: string
}

/** JSONL: an entry a line; blank lines are skipped. */
export function parseLines(text: string): FileEntry[] {
  return text.split('\n').flatMap((line, index) => (line.trim() === '' ? [] : [parseLine(line, `line ${index + 1}`)]))
}

function parseLine(line: string, place: string): FileEntry {
  try {
    return { place, value: JSON.parse(line) as unknown }
  } catch (error) {
    return { place, broken: `no JSON (${(error as Error).message})` }
  }
}
