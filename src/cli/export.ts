import { command } from './command.js'
import { print } from './print.js'

/** `fintune export RUN --to DIR`: a run's weights for Transformers, PEFT and vLLM, with a model card. */
export const exportCommand = command({
  command: 'export <run>',
  describe: "Write a run's weights for Transformers, PEFT and vLLM, with a model card",
  builder: (yargs) =>
    yargs
      .positional('run', { type: 'string', demandOption: true, describe: 'Run directory, or its name in checkpoints/' })
      .option('to', { type: 'string', demandOption: true, requiresArg: true, describe: 'A new directory' })
      .option('as', {
        choices: ['merged', 'adapter'] as const,
        default: 'merged' as const,
        describe: 'A whole model, or the PEFT adapter alone',
      })
      .option('checkpoint', {
        type: 'string',
        requiresArg: true,
        default: 'last',
        describe: 'last, best, a stage, or STAGE/STEP',
      })
      .option('dtype', {
        choices: ['float32', 'bfloat16', 'float16'] as const,
        default: 'float32' as const,
        describe: 'Of the weights; an adapter alone stays float32',
      })
      .option('json', { type: 'boolean', default: false, describe: 'One JSON document on stdout' })
      .example('$0 export checkpoints/quickstart --to models/quickstart', '')
      .example('$0 export checkpoints/finqa --to adapter --as adapter --checkpoint best', ''),
  handler: async ({ run: name, to, as, checkpoint, dtype, json }) => {
    const { openRun } = await import('../checkpoint/openRun.js')
    const { exportRun } = await import('../launch/export/exportRun.js')
    const { terminalReporter } = await import('./run/terminalReporter.js')
    const reporter = terminalReporter()
    try {
      const from = await exportRun({ run: openRun(name), to, as, checkpoint, dtype, reporter })
      print(json ? { checkpoint: from, to, as } : `${to}: ${as}, from ${from}; README.md is its model card`)
    } finally {
      reporter.close()
    }
  },
})
