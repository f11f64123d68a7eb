import type { QuestionExample } from './QuestionExample.js'
import {
  EntryError,
  readPageEntry,
  requireFields,
  requireText,
  requireValue,
  show,
  type Fields,
} from './readPageEntry.js'

/**
 * An entry of FinQA as an example. The hub's parquet spreads `qa` over the entry itself and holds exe_ans as text and
 * gold_inds as JSON; both forms are read.
 *
 * @throws EntryError
 */
export function readFinqaEntry(value: unknown): QuestionExample {
  const entry = requireFields(value, 'entry')
  const flat = entry.qa === undefined && entry.question !== undefined
  const qa = flat ? entry : requireFields(entry.qa, 'qa')
  const at = (name: string) => (flat ? name : `qa.${name}`)
  const evidence = readEvidence(qa, at('gold_inds'))
  return {
    kind: 'question',
    ...readPageEntry(entry),
    question: requireText(qa, 'question', at('question')),
    program: requireText(qa, 'program', at('program')),
    exeAns: requireValue(qa.exe_ans, at('exe_ans'), flat),
    ...(typeof qa.answer === 'string' && qa.answer !== '' && { answer: qa.answer }),
    ...(evidence && { evidence }),
    history: [],
  }
}

function readEvidence(qa: Fields, key: string): string[] | undefined {
  if (qa.gold_inds === undefined || qa.gold_inds === null) return undefined
  const value: unknown = typeof qa.gold_inds === 'string' ? parseJson(qa.gold_inds, key) : qa.gold_inds
  const keys = Object.keys(requireFields(value, key))
  const odd = keys.find((name) => !/^(text|table)_\d+$/.test(name))
  if (odd !== undefined) throw new EntryError(key, show(odd), 'keys like text_3 and table_1')
  return keys
}

function parseJson(text: string, key: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new EntryError(key, show(text), 'an object (or its JSON)')
  }
}
