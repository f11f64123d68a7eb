import type { Page } from '../finqa/Page.js'

/** What is wrong with an entry: the key, what stands there and what may. */
export class EntryError extends Error {
  constructor(
    readonly key: string,
    readonly found: string,
    readonly allowed: string,
  ) {
    super(`${key}: found ${found}`)
  }
}

export type Fields = Readonly<Record<string, unknown>>

/** An object's fields, or an EntryError. */
export function requireFields(value: unknown, key: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new EntryError(key, show(value), 'an object')
  return value as Fields
}

export function requireText(fields: Fields, name: string, key = name): string {
  const value = fields[name]
  if (typeof value !== 'string' || value.trim() === '') throw new EntryError(key, show(value), 'text')
  return value
}

export function requireTexts(fields: Fields, name: string, key = name): string[] {
  const value = fields[name]
  if (!Array.isArray(value) || value.some((item) => typeof item !== 'string'))
    throw new EntryError(key, show(value), 'a list of texts')
  return value as string[]
}

/** A program's value: a finite number, yes or no; numbers as text are read where `text` says so (the hub's parquet). */
export function requireValue(value: unknown, key: string, text = false): number | 'yes' | 'no' {
  if (value === 'yes' || value === 'no') return value
  const number = text && typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  if (typeof number === 'number' && Number.isFinite(number)) return number
  throw new EntryError(key, show(value), 'a number, "yes" or "no"')
}

/** The page fields that FinQA and ConvFinQA share. */
export function readPageEntry(entry: Fields): { id: string; pageId: string; page: Page } {
  const id = requireText(entry, 'id')
  const rows = entry.table
  if (!Array.isArray(rows)) throw new EntryError('table', show(rows), 'a list of rows')
  const table = rows.map((_, index) => {
    const row = requireTexts(rows as unknown as Fields, String(index), `table[${index}]`)
    if (row.length === 0) throw new EntryError(`table[${index}]`, 'an empty row', 'a row of cells')
    return row
  })
  return {
    id,
    pageId: typeof entry.filename === 'string' && entry.filename !== '' ? entry.filename : id.replace(/-\d+$/, ''),
    page: { preText: requireTexts(entry, 'pre_text'), postText: requireTexts(entry, 'post_text'), table },
  }
}

/** A value as an error shows it: its kind, and the value where it is short. */
export function show(value: unknown): string {
  if (value === undefined) return 'nothing'
  const text = JSON.stringify(value) ?? String(value)
  return text.length <= 60 ? text : `${text.slice(0, 57)}…`
}
