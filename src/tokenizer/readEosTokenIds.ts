import { join } from 'node:path'
import { readJsonFile } from './readJsonFile.js'
import { TokenizerError } from './TokenizerError.js'

/**
 * The ids that end a completion by generation_config.json and config.json (eos_token_id: a number, a list or null), in that
 * order and without repeats. Needs no tokenizer. Empty where neither file says.
 */
export async function readEosTokenIds(directory: string): Promise<number[]> {
  const ids: number[] = []
  for (const name of ['generation_config.json', 'config.json']) {
    const path = join(directory, name)
    const found = (await readJsonFile(path))?.eos_token_id
    if (found === undefined || found === null) continue
    for (const id of Array.isArray(found) ? (found as unknown[]) : [found]) {
      if (!Number.isInteger(id) || (id as number) < 0) {
        throw new TokenizerError(
          path,
          `eos_token_id: found ${JSON.stringify(found)}, expected a token id or a list of them`,
        )
      }
      ids.push(id as number)
    }
  }
  return [...new Set(ids)]
}
