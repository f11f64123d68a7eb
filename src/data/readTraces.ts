import { resolve } from 'node:path'
import { parseLines } from './parseLines.js'
import { EntryError, requireFields, requireText, show } from './readPageEntry.js'
import { readTextFileSync } from './readTextFile.js'
import { parseLineExamples } from './parseLineExamples.js'

const read = new Map<string, ReadonlyMap<string, string>>()

/**
 * Distilled reasoning by example id, from JSONL of {"id", "reasoning"} lines; a file is read once. A trace may stand in
 * <think> tags; these are taken off, and no other tag of the answer's format may be left in it.
 *
 * @throws DataError naming each bad line
 */
export function readTraces(path: string): ReadonlyMap<string, string> {
  const file = resolve(path)
  const traces = read.get(file) ?? parseTraces(file)
  read.set(file, traces)
  return traces
}

function parseTraces(file: string): ReadonlyMap<string, string> {
  const entries = parseLines(readTextFileSync(file))
  return new Map(
    parseLineExamples(file, entries, '{"id", "reasoning"} objects', (value): [string, string] => {
      const fields = requireFields(value, 'line')
      const whole = requireText(fields, 'reasoning').trim()
      const trace = whole.replace(/^<think>([\s\S]*)<\/think>$/, '$1').trim()
      if (trace === '' || /<\/?(think|answer)>/.test(trace))
        throw new EntryError('reasoning', show(whole), 'reasoning without <think> or <answer> tags inside')
      return [requireText(fields, 'id'), trace]
    }),
  )
}
