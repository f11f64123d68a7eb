import type { Argv } from 'yargs'

/** Options that become lines of an sbatch script. */
export const slurmOptions = <T>(yargs: Argv<T>) =>
  yargs
    .option('time', {
      type: 'string',
      default: '24:00:00',
      requiresArg: true,
      describe: 'Time limit of a job, as sbatch takes it; the run goes on after it',
    })
    .option('partition', { type: 'string', requiresArg: true, describe: 'Slurm partition' })
    .option('account', { type: 'string', requiresArg: true, describe: 'Slurm account' })
    .option('sbatch', {
      type: 'string',
      array: true,
      nargs: 1,
      default: [],
      describe: 'A further sbatch option, e.g. --sbatch=--qos=high',
    })
    .option('submit', { type: 'boolean', default: false, describe: 'Hand the script to sbatch' })
