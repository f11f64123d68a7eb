import type { Prediction } from '../finqa/Prediction.js'
import { parseExamples } from './parseExamples.js'
import { readEntries } from './readEntries.js'
import { EntryError, requireFields, requireText, requireTexts, show } from './readPageEntry.js'

/**
 * Predictions in the official format: a list (or JSONL) of {"id", "predicted": [tokens…, "EOF"]}; an entry may hold its
 * free-form "answer" as well.
 *
 * @throws DataError naming each bad entry
 */
export async function readPredictions(path: string): Promise<Prediction[]> {
  return parseExamples(path, await readEntries(path), 'predictions', (value) => {
    const fields = requireFields(value, 'entry')
    if (fields.answer !== undefined && typeof fields.answer !== 'string')
      throw new EntryError('answer', show(fields.answer), 'text, or no such key')
    return {
      id: requireText(fields, 'id'),
      predicted: requireTexts(fields, 'predicted'),
      ...(fields.answer !== undefined && { answer: fields.answer }),
    }
  })
}
