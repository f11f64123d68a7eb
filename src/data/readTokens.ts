import type { TokensExample } from './TokensExample.js'
import { parseExamples } from './parseExamples.js'
import { parseLines } from './parseLines.js'
import { EntryError, requireFields, show } from './readPageEntry.js'
import { readTextFile } from './readTextFile.js'

/** No loss at this position. */
const IGNORED = -100

/**
 * Pre-tokenised text, one a line: {"input_ids": […], "labels": […, -100]}. Labels are aligned with input_ids and may be
 * left out: then every token is one. Whether ids lie in a model's vocabulary is for the model to check.
 *
 * @throws DataError naming each bad line
 */
export async function readTokens(path: string): Promise<TokensExample[]> {
  return parseExamples(path, parseLines(await readTextFile(path)), 'tokens', (value, place) => {
    const fields = requireFields(value, 'line')
    const inputIds = requireIds(fields.input_ids, 'input_ids', 0)
    const labels = fields.labels === undefined ? inputIds : requireIds(fields.labels, 'labels', IGNORED)
    if (labels.length !== inputIds.length)
      throw new EntryError('labels', `${labels.length} of them`, `as many as input_ids: ${inputIds.length}`)
    return { kind: 'tokens', id: place, inputIds, labels }
  })
}

function requireIds(value: unknown, key: string, least: 0 | typeof IGNORED): number[] {
  if (!Array.isArray(value) || value.length === 0) throw new EntryError(key, show(value), 'a list of token ids')
  const odd = value.findIndex((id) => !(Number.isInteger(id) && ((id as number) >= 0 || id === least)))
  if (odd < 0) return value as number[]
  const allowed = least === 0 ? 'whole numbers from 0' : `whole numbers from 0, or ${IGNORED} for no loss`
  throw new EntryError(`${key}[${odd}]`, show(value[odd]), allowed)
}
