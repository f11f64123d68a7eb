import { command } from './command.js'
import { jobOptions } from './launch/jobOptions.js'
import { slurmOptions } from './launch/slurmOptions.js'
import { numberOption } from './numberOption.js'

/** `fintune sweep RECIPE --grid KEY=A,B,C`: a run for every point of a grid, here or as a Slurm array, and their table. */
export const sweep = command({
  command: 'sweep <recipe>',
  describe: 'Run a recipe for every point of a grid of values, here or by Slurm, and tabulate the results',
  builder: (yargs) =>
    slurmOptions(jobOptions(yargs))
      .option('grid', {
        type: 'string',
        array: true,
        nargs: 1,
        demandOption: true,
        describe: 'A key and its values: KEY=A,B,C; may be repeated',
      })
      .option('parallel', {
        type: 'string',
        requiresArg: true,
        describe: 'Runs at once; default: one here, as many as it lets under Slurm',
        coerce: numberOption('parallel', { min: 1, integer: true }),
      })
      .option('slurm', { type: 'boolean', default: false, describe: 'Write a Slurm job array instead of running here' })
      .option('table', { type: 'boolean', default: false, describe: 'Only tabulate the runs as they stand' })
      .option('dry-run', { type: 'boolean', default: false, describe: 'Only say which runs there would be' })
      .example('$0 sweep recipes/sft-only.yaml --grid stages[0].optimizer.learningRate=1e-4,3e-4 --grid seed=1,2,3', '')
      .example('$0 sweep recipes/finqa.yaml --grid seed=1,2,3 --slurm --time 12:00:00 --submit', 'A job array')
      .example('$0 sweep recipes/finqa.yaml --grid seed=1,2,3 --table', 'How it stands'),
  handler: async (options) => {
    const { carryOutSweep } = await import('./sweep/carryOutSweep.js')
    await carryOutSweep({ ...options, file: options.recipe, memoryMiB: options.memory })
  },
})
