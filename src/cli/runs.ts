import { command } from './command.js'
import { print } from './print.js'

/** `fintune runs [FOLDER…]`: every run found there, how far it is and when it would end. */
export const runs = command({
  command: 'runs [folders..]',
  describe: 'List runs: status, progress, estimated end',
  builder: (yargs) =>
    yargs
      .positional('folders', {
        type: 'string',
        array: true,
        default: [],
        describe: 'Where to look: folders of runs, or runs; default: checkpoints',
      })
      .option('json', { type: 'boolean', default: false, describe: 'One JSON document on stdout' })
      .example('$0 runs', 'What lies in checkpoints/')
      .example('$0 runs /scratch/runs --json', 'For a scheduler or a dashboard'),
  handler: async ({ folders: named, json }) => {
    const { existsSync } = await import('node:fs')
    const { InputError } = await import('../lib/InputError.js')
    const { findRuns } = await import('../checkpoint/runs/findRuns.js')
    const { summariseRun } = await import('../checkpoint/runs/summariseRun.js')
    const missing = named.filter((folder) => !existsSync(folder))
    if (missing.length > 0) {
      throw new InputError(`no such folder: ${missing.join(', ')}. Name where the runs are:  fintune runs FOLDER`)
    }
    const folders = named.length > 0 ? named : ['checkpoints'].filter((folder) => existsSync(folder))
    const now = Date.now()
    const directories = folders.flatMap((folder) => findRuns(folder))
    const found = await Promise.all(directories.map((directory) => summariseRun(directory, now)))
    if (json) return print({ runs: found })
    if (found.length === 0) return print(`no runs in ${named.length > 0 ? named.join(', ') : 'checkpoints'}`)
    const { runsTable } = await import('./runs/runsTable.js')
    print(runsTable(found, now))
  },
})
