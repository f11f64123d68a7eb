import { command } from './command.js'
import { print } from './print.js'
import { receiptVerify } from './receiptVerify.js'

/** `fintune receipt [verify] RUN`. */
export const receipt = command({
  command: 'receipt <run>',
  describe: 'What went into a run and what came out; `receipt verify RUN` checks it and replays steps',
  builder: (yargs) =>
    yargs
      .command(receiptVerify)
      .positional('run', { type: 'string', demandOption: true, describe: 'Run directory, or its name in checkpoints/' })
      .option('json', { type: 'boolean', default: false, describe: 'One JSON document on stdout' })
      .example('$0 receipt checkpoints/quickstart', '')
      .example('$0 receipt verify checkpoints/quickstart', 'Hashes, and three steps taken again'),
  handler: async ({ run: name, json }) => {
    const { openRun } = await import('../checkpoint/openRun.js')
    const { makeReceipt } = await import('../launch/receipt/makeReceipt.js')
    const found = await makeReceipt(openRun(name))
    if (json) return print(found)
    const { receiptText } = await import('./receipt/receiptText.js')
    print(receiptText(found))
  },
})
