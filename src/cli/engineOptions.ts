import type { Argv } from 'yargs'
import { InputError } from '../lib/InputError.js'

/** Options of every command that runs a model itself: where it computes. */
export function engineOptions<T>(yargs: Argv<T>) {
  return yargs
    .option('adapter', {
      type: 'string',
      requiresArg: true,
      describe: 'A LoRA adapter directory (PEFT) to put on the model',
    })
    .option('backend', {
      choices: ['auto', 'native', 'tensorflow', 'wasm', 'cpu'] as const,
      default: 'auto' as const,
      describe: 'What computes (see fintune doctor)',
    })
    .option('threads', {
      type: 'string',
      default: 'auto',
      requiresArg: true,
      describe: 'Threads, or auto',
      coerce: threads,
    })
}

function threads(value: unknown): number | 'auto' {
  if (value === 'auto') return 'auto'
  const count = Number(value)
  if (Number.isInteger(count) && count >= 1) return count
  throw new InputError(`--threads: found ${JSON.stringify(value)}; allowed: a whole number of 1 or more, or auto`)
}
