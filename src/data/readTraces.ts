import { parseExamples } from './parseExamples.js'
import { parseLines } from './parseLines.js'
import { EntryError, requireFields, requireText, show } from './readPageEntry.js'
import { readTextFile } from './readTextFile.js'

/**
 * Distilled reasoning by example id, from JSONL of {"id", "reasoning"} lines. A trace may stand in <think> tags; these
 * are taken off, and no other tag of the answer's format may be left in it.
 *
 * @throws DataError naming each bad line
 */
export async function readTraces(path: string): Promise<ReadonlyMap<string, string>> {
  const entries = parseLines(await readTextFile(path))
  const pairs = parseExamples(path, entries, '{"id", "reasoning"} objects', (value): [string, string] => {
    const fields = requireFields(value, 'line')
    const whole = requireText(fields, 'reasoning').trim()
    const trace = whole.replace(/^<think>([\s\S]*)<\/think>$/, '$1').trim()
    if (trace === '' || /<\/?(think|answer)>/.test(trace))
      throw new EntryError('reasoning', show(whole), 'reasoning without <think> or <answer> tags inside')
    return [requireText(fields, 'id'), trace]
  })
  return new Map(pairs)
}
