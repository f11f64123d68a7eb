import type { PairExample } from './PairExample.js'
import { parseExamples } from './parseExamples.js'
import { parseLines } from './parseLines.js'
import { EntryError, requireFields, show } from './readPageEntry.js'
import { readTextFile } from './readTextFile.js'

/**
 * Labelled pairs, one a line: {"gold", "answer", "equivalent": true or false, "category"?, "question"?}; other keys are ignored.
 *
 * @throws DataError naming each bad line
 */
export async function readPairs(path: string): Promise<PairExample[]> {
  return parseExamples(path, parseLines(await readTextFile(path)), 'pairs', (value, place) => {
    const { gold, answer, equivalent, category = 'all', question } = requireFields(value, 'line')
    if (typeof gold !== 'string') throw new EntryError('gold', show(gold), 'text')
    if (typeof answer !== 'string') throw new EntryError('answer', show(answer), 'text')
    if (typeof equivalent !== 'boolean') throw new EntryError('equivalent', show(equivalent), 'true or false')
    if (typeof category !== 'string') throw new EntryError('category', show(category), 'text')
    if (question !== undefined && typeof question !== 'string') throw new EntryError('question', show(question), 'text')
    return {
      kind: 'pair',
      id: place,
      gold,
      answer,
      equivalent,
      category,
      ...(question === undefined ? {} : { question }),
    }
  })
}
