import { join } from 'node:path'
import { command } from './command.js'

/** `fintune quickstart`: the main job on this machine, at a size that its backend can carry. */
export const quickstart = command({
  command: 'quickstart',
  describe: 'Watch a small model learn: SFT, GRPO and evaluation in a few minutes',
  builder: (yargs) =>
    yargs
      .option('json', { type: 'boolean', default: false, describe: 'One JSON document on stdout at the end' })
      .example('$0 quickstart', 'About three minutes on two cores; goes on where it was stopped'),
  handler: async ({ json }) => {
    const { chooseQuickstart } = await import('./quickstart/chooseQuickstart.js')
    const { packageRoot } = await import('../lib/packageRoot.js')
    const { recipe, remark } = await chooseQuickstart()
    if (remark !== null) process.stderr.write(`${remark}\n`)
    const { carryOut } = await import('./run/carryOut.js')
    const file = join(packageRoot(), 'recipes', recipe)
    await carryOut({ file, set: [], resume: 'auto', dryRun: false, json })
  },
})
