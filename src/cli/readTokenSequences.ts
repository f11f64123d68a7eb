import { readFile } from 'node:fs/promises'
import { InputError } from '../lib/InputError.js'

const allowed = 'expected {"input_ids": [[1, 2, 3], …]}, token ids in lists'

/**
 * The sequences of a tokens file, `{"input_ids": [[…], …]}`. Whether the ids fit a model is checked apart (requireTokensFit),
 * so that a broken file is told before a model is loaded.
 *
 * @throws InputError naming the file, the place and what was found
 */
export async function readTokenSequences(path: string): Promise<number[][]> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new InputError(`--tokens ${path}: cannot be read (${error.code}); ${allowed}`, { cause: error })
  })
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch (error) {
    throw new InputError(`--tokens ${path}: not valid JSON (${(error as Error).message}); ${allowed}`, { cause: error })
  }
  const sequences = (content as { input_ids?: unknown } | null)?.input_ids
  if (!Array.isArray(sequences) || sequences.length === 0) {
    throw new InputError(`--tokens ${path}: input_ids is ${described(sequences)}; ${allowed}`)
  }
  sequences.forEach((sequence: unknown, s) => checkSequence(path, sequence, s))
  return sequences as number[][]
}

function checkSequence(path: string, sequence: unknown, s: number): void {
  const place = `--tokens ${path}: input_ids[${s}]`
  if (!Array.isArray(sequence)) throw new InputError(`${place} is ${described(sequence)}; ${allowed}`)
  if (sequence.length === 0) throw new InputError(`${place} is empty; a sequence has one token or more`)
  const bad = sequence.findIndex((id) => !Number.isInteger(id) || id < 0)
  if (bad < 0) return
  throw new InputError(
    `${place}[${bad}]: found ${JSON.stringify(sequence[bad])}; a token id is a whole number of 0 or more`,
  )
}

function described(value: unknown): string {
  if (value === undefined) return 'missing'
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  return value === null ? 'null' : `a ${typeof value}`
}
