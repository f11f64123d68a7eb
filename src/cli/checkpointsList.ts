import { command } from './command.js'
import { print } from './print.js'

/** `fintune checkpoints list RUN`: what there is, how large, and why it is kept. */
export const checkpointsList = command({
  command: 'list <run>',
  describe: 'What there is, how large, and why it is kept',
  builder: (yargs) =>
    yargs
      .positional('run', { type: 'string', demandOption: true, describe: 'Run directory, or its name in checkpoints/' })
      .option('json', { type: 'boolean', default: false, describe: 'One JSON document on stdout' })
      .example('$0 checkpoints list checkpoints/quickstart', ''),
  handler: async ({ run: name, json }) => {
    const { openRun } = await import('../checkpoint/openRun.js')
    const { readRunRecipe } = await import('../launch/readRunRecipe.js')
    const { summariseCheckpoints } = await import('../checkpoint/summariseCheckpoints.js')
    const run = openRun(name)
    const { stages, checkpoint } = readRunRecipe(run)
    const stageNames = stages.map((stage) => stage.name)
    const found = await summariseCheckpoints(run.path, stageNames, checkpoint)
    if (json) return print({ run: run.path, checkpoints: found })
    const { checkpointsTable } = await import('./checkpoints/checkpointsTable.js')
    print(found.length === 0 ? `${run.path} has no checkpoint` : checkpointsTable(found, Date.now()))
  },
})
