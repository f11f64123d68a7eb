import { createHash } from 'node:crypto'

/** Changes with every word of a prompt. */
export function promptVersion(parts: readonly (string | boolean)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 12)
}
