import { basename } from 'node:path'

/** Under what name a term stands in the log: its type; a module under its own name, by default its file's. */
export function rewardName(term: { readonly type: string; readonly name?: string; readonly path?: string }): string {
  if (term.type !== 'module') return term.type
  return term.name ?? basename(term.path ?? 'module').replace(/\.[^.]*$/, '')
}
