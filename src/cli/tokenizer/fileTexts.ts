import { readFile } from 'node:fs/promises'
import { InputError } from '../../lib/InputError.js'

/**
 * The texts of a file: of a .jsonl file every string in every line, wherever it stands; of any other file its lines.
 *
 * @throws InputError naming the file and the line
 */
export async function fileTexts(path: string): Promise<string[]> {
  const content = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new InputError(`--texts ${path}: cannot be read (${error.code})`, { cause: error })
  })
  const lines = content.match(/[^\n]*\n|[^\n]+$/g) ?? []
  if (!path.endsWith('.jsonl')) return lines
  return lines.flatMap((line, i) => (line.trim() === '' ? [] : strings(parsed(line, `--texts ${path}: line ${i + 1}`))))
}

function parsed(line: string, place: string): unknown {
  try {
    return JSON.parse(line)
  } catch (error) {
    throw new InputError(`${place}: not valid JSON (${(error as Error).message})`, { cause: error })
  }
}

function strings(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(strings) : []
}
