import type { Document, LineCounter } from 'yaml'

/** A recipe file as read: its value, and its YAML tree to find lines in. */
export interface RecipeDocument {
  /** As the user wrote it. */
  readonly file: string
  readonly value: Record<string, unknown>
  readonly document: Document.Parsed
  readonly lines: LineCounter
}
