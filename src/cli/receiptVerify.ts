import { command } from './command.js'
import { numberOption } from './numberOption.js'
import { print } from './print.js'

/** `fintune receipt verify RUN`: exit code 3 where something is not what the run wrote down. */
export const receiptVerify = command({
  command: 'verify <run>',
  describe: 'Check the hashes of all that went in and came out, and take some steps again',
  builder: (yargs) =>
    yargs
      .positional('run', { type: 'string', demandOption: true, describe: 'Run directory, or its name in checkpoints/' })
      .option('steps', {
        type: 'string',
        default: '3',
        requiresArg: true,
        describe: 'Steps to take again, of those whose preceding checkpoint is there',
        coerce: numberOption('steps', { min: 0, integer: true }),
      })
      .option('json', { type: 'boolean', default: false, describe: 'One JSON document on stdout' })
      .example('$0 receipt verify checkpoints/quickstart --steps 5', 'Exit code 3 where something differs'),
  handler: async ({ run: name, steps, json }) => {
    const { openRun } = await import('../checkpoint/openRun.js')
    const { checkHashes } = await import('../launch/receipt/checkHashes.js')
    const { replaySteps } = await import('../launch/receipt/replaySteps.js')
    const { terminalReporter } = await import('./run/terminalReporter.js')
    const { stopSignal } = await import('./stopSignal.js')
    const run = openRun(name)
    const reporter = terminalReporter()
    try {
      const checks = await checkHashes(run)
      const inputsDiffer = checks.some(({ outcome }) => outcome === 'differs')
      const replayed = inputsDiffer
        ? [{ what: 'steps', outcome: 'skipped' as const, reason: 'what differs above would make them others' }]
        : await replaySteps({ run, count: steps, reporter, signal: stopSignal })
      reporter.close()
      const all = [...checks, ...replayed]
      const differing = all.filter(({ outcome }) => outcome === 'differs').length
      if (differing > 0) process.exitCode = 3
      if (json) return print({ run: run.path, verified: differing === 0, checks: all })
      const { checksText } = await import('./receipt/checksText.js')
      print(checksText(all))
    } finally {
      reporter.close()
    }
  },
})
