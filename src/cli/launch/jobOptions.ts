import type { Argv } from 'yargs'
import { numberOption } from '../numberOption.js'

/** Options that a job takes under any scheduler. */
export const jobOptions = <T>(yargs: Argv<T>) =>
  yargs
    .positional('recipe', { type: 'string', demandOption: true, describe: 'Recipe file' })
    .option('set', { type: 'string', array: true, nargs: 1, default: [], describe: 'Change a value: KEY=VALUE' })
    .option('cpus', {
      type: 'string',
      requiresArg: true,
      describe: 'Processors; default: the engine’s threads',
      coerce: numberOption('cpus', { min: 1, integer: true }),
    })
    .option('memory', {
      type: 'string',
      requiresArg: true,
      describe: 'Mebibytes; default: from the plan of the recipe',
      coerce: numberOption('memory', { min: 256, integer: true }),
    })
    .option('gpus', {
      type: 'string',
      requiresArg: true,
      describe: 'GPUs; default: none',
      coerce: numberOption('gpus', { min: 1, integer: true }),
    })
    .option('grace', {
      type: 'string',
      requiresArg: true,
      describe: 'Seconds between the signal and the end; a checkpoint must be written in them',
      coerce: numberOption('grace', { min: 10, integer: true }),
    })
    .option('out', {
      type: 'string',
      requiresArg: true,
      describe: 'File to write; default: in the run directory’s launch/',
    })
    .option('json', { type: 'boolean', default: false, describe: 'One JSON document on stdout' })
