import { command } from './command.js'
import { engineCheck } from './engineCheck.js'

/** `fintune engine …`: look at a remote engine before trusting it. */
export const engine = command({
  command: 'engine <action>',
  describe: 'Measure what a Tinker server makes of losses, and compare a step with the local engine (check)',
  builder: (yargs) => yargs.command([engineCheck]).demandCommand(1, 'check?'),
  handler: () => undefined,
})
