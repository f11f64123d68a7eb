import type { Argv } from 'yargs'
import { numberOption } from '../numberOption.js'

/** Options of a job that starts its own Tinker server. */
export const serverOptions = <T>(yargs: Argv<T>) =>
  yargs
    .option('server-nodes', {
      type: 'string',
      requiresArg: true,
      describe: 'Start a Tinker server (SkyRL) in the job, on so many nodes, the trainer beside it',
      coerce: numberOption('server-nodes', { min: 1, integer: true }),
    })
    .option('gpus-per-node', {
      type: 'string',
      default: '8',
      requiresArg: true,
      describe: "The server's GPUs on each node",
      coerce: numberOption('gpus-per-node', { min: 1, integer: true }),
    })
    .option('skyrl', {
      type: 'string',
      requiresArg: true,
      describe: "SkyRL's checkout, run by uv; default: what python finds",
    })
    .option('server', {
      type: 'string',
      requiresArg: true,
      describe: "Another server's command; it finds $run and $port",
    })
