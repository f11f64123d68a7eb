import { command } from './command.js'

/** `fintune run RECIPE`: carries out a recipe's stages. */
export const run = command({
  command: 'run <recipe>',
  describe: 'Carry out a recipe: SFT, GRPO, evaluation, in its order',
  builder: (yargs) =>
    yargs
      .positional('recipe', { type: 'string', demandOption: true, describe: 'Recipe file' })
      .option('set', { type: 'string', array: true, nargs: 1, default: [], describe: 'Change a value: KEY=VALUE' })
      .option('resume', {
        choices: ['never', 'auto', 'must'] as const,
        default: 'never' as const,
        describe: 'Go on with the run that is there (auto: or begin one)',
      })
      .option('run-dir', { type: 'string', describe: 'Run directory; default <output>/<name>' })
      .option('max-steps', { type: 'number', describe: 'Stop, checkpointed, after so many optimizer steps in all' })
      .option('dry-run', { type: 'boolean', default: false, describe: 'Open and check everything, say what it takes' })
      .option('json', { type: 'boolean', default: false, describe: 'One JSON document on stdout at the end' })
      .example('$0 run recipes/quickstart.yaml', 'Train and evaluate the small embedded model')
      .example('$0 run recipes/finqa.yaml --set model.path=DIR --dry-run', 'What it would take')
      .example('$0 run recipes/quickstart.yaml --resume=auto', 'Go on where a signal stopped it'),
  handler: async ({ recipe: file, ...options }) => {
    const { requireMaxSteps } = await import('./run/requireMaxSteps.js')
    requireMaxSteps(options.maxSteps)
    const { carryOut } = await import('./run/carryOut.js')
    await carryOut({ file, ...options })
  },
})
