import type { DataSource } from '../../data/DataSource.js'
import { InputError } from '../../lib/InputError.js'

/**
 * `TYPE:PATH`, or `TYPE:SEED` for what is made, as a data source.
 *
 * @param examples how many to make
 * @throws InputError that says what is allowed
 */
export function parseSource(text: string, examples: number): DataSource {
  const [, type, rest] = /^([\w-]+):(.+)$/.exec(text) ?? []
  if (type === 'finqa' || type === 'convfinqa' || type === 'messages' || type === 'tokens') return { type, path: rest }
  const seed = /^\d+$/.test(rest ?? '') ? Number(rest) : undefined
  if (seed !== undefined && (type === 'synthetic' || type === 'synthetic-text' || type === 'pairs'))
    return { type, seed, examples }
  throw new InputError(
    `found "${text}"; allowed: finqa:PATH, convfinqa:PATH, messages:PATH, tokens:PATH, ` +
      'synthetic:SEED, synthetic-text:SEED, pairs:SEED',
  )
}
