import { createHash } from 'node:crypto'

/**
 * Texts of others, each between marks that carry a hash of them all, so that no text can contain its own closing mark
 * and go on as if it were instructions.
 */
export function fenced(parts: Readonly<Record<string, string>>): string {
  const seal = createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16)
  return Object.entries(parts)
    .map(([name, text]) => `[${name} ${seal}]\n${text}\n[end of ${name} ${seal}]`)
    .join('\n\n')
}
