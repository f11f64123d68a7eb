import { command } from './command.js'
import { numberOption } from './numberOption.js'
import { print } from './print.js'

/** `fintune checkpoints prune RUN`: deletes what retention does not keep, and what was set aside as damaged. */
export const checkpointsPrune = command({
  command: 'prune <run>',
  describe: "Delete what the recipe's retention (or a stricter one) does not keep",
  builder: (yargs) =>
    yargs
      .positional('run', { type: 'string', demandOption: true, describe: 'Run directory, or its name in checkpoints/' })
      .option('keep-last', {
        type: 'string',
        requiresArg: true,
        describe: "How many of the last ones stay; default: the recipe's",
        coerce: numberOption('keep-last', { min: 1, integer: true }),
      })
      .option('dry-run', { type: 'boolean', default: false, describe: 'Say what would go; delete nothing' })
      .option('json', { type: 'boolean', default: false, describe: 'One JSON document on stdout' })
      .example('$0 checkpoints prune checkpoints/quickstart --keep-last 1 --dry-run', ''),
  handler: async ({ run: name, keepLast, dryRun, json }) => {
    const { openRun } = await import('../checkpoint/openRun.js')
    const { readRunRecipe } = await import('../launch/readRunRecipe.js')
    const { pruneRun } = await import('../checkpoint/pruneRun.js')
    const run = openRun(name)
    const { stages, checkpoint } = readRunRecipe(run)
    const stageNames = stages.map((stage) => stage.name)
    const retention = { ...checkpoint, ...(keepLast === undefined ? {} : { keepLast }) }
    const gone = await pruneRun(run.path, stageNames, retention, { dryRun })
    if (json) return print({ run: run.path, dryRun, gone })
    const { formatBytes } = await import('../lib/formatBytes.js')
    const total = gone.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
    const lines = gone.map(({ directory, sizeBytes }) => `${directory}  ${formatBytes(sizeBytes)}`)
    print([...lines, `${formatBytes(total)} ${dryRun ? 'would be' : 'were'} freed`].join('\n'))
  },
})
