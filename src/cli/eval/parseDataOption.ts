import type { DataSource } from '../../data/DataSource.js'
import { InputError } from '../../lib/InputError.js'

/** `--data TYPE:PATH` (or synthetic:SEED) as a data source. @throws InputError that says what is allowed */
export function parseDataOption(text: string, examples: number): DataSource {
  const [, type, rest] = /^(\w+):(.+)$/.exec(text) ?? []
  if (type === 'finqa' || type === 'convfinqa') return { type, path: rest }
  if (type === 'synthetic' && /^\d+$/.test(rest)) return { type, seed: Number(rest), examples }
  throw new InputError(`--data: found "${text}"; allowed: finqa:PATH, convfinqa:PATH, synthetic:SEED`)
}
