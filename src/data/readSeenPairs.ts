import { readFile } from 'node:fs/promises'
import { InputError } from '../lib/InputError.js'
import { SeenPairs } from './SeenPairs.js'

/** The pairs that a judge was trained on, from the file beside it. @throws InputError where it cannot be read */
export async function readSeenPairs(path: string): Promise<SeenPairs> {
  try {
    return SeenPairs.fromBytes(await readFile(path))
  } catch (cause) {
    throw new InputError(
      `${path}: the pairs that the judge was trained on cannot be read (${(cause as Error).message}). Write them anew with:\n` +
        '  node dist/bench/writeSeenPairs.js recipes/embedded-verifier.yaml',
      { cause },
    )
  }
}
