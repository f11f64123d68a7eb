import { command } from './command.js'
import { print } from './print.js'

/** `fintune checkpoints verify RUN`: checks every file of every checkpoint; exit code 3 where one is damaged. */
export const checkpointsVerify = command({
  command: 'verify <run>',
  describe: 'Check every file of every checkpoint, and the logs they cover',
  builder: (yargs) =>
    yargs
      .positional('run', { type: 'string', demandOption: true, describe: 'Run directory, or its name in checkpoints/' })
      .option('json', { type: 'boolean', default: false, describe: 'One JSON document on stdout' })
      .example('$0 checkpoints verify checkpoints/quickstart', 'Exit code 3 where one is damaged'),
  handler: async ({ run: name, json }) => {
    const { openRun } = await import('../checkpoint/openRun.js')
    const { examineCheckpoints } = await import('../checkpoint/examineCheckpoints.js')
    const run = openRun(name)
    const found = await examineCheckpoints(run.path)
    const damaged = found.filter(({ problem }) => problem !== undefined).length
    if (damaged > 0) process.exitCode = 3
    if (json) return print({ run: run.path, checkpoints: found, damaged })
    const lines = found.map(({ directory, problem }) =>
      problem === undefined ? `whole    ${directory}` : `DAMAGED  ${directory}: ${problem}`,
    )
    const hint = '--resume=auto goes on from the last whole one'
    print([...lines, `${found.length} checkpoints, ${damaged} damaged${damaged > 0 ? `; ${hint}` : ''}`].join('\n'))
  },
})
