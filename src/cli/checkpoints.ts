import { checkpointsList } from './checkpointsList.js'
import { checkpointsPrune } from './checkpointsPrune.js'
import { checkpointsVerify } from './checkpointsVerify.js'
import { command } from './command.js'

/** `fintune checkpoints list|verify|prune RUN`. */
export const checkpoints = command({
  command: 'checkpoints <action>',
  describe: "List, verify and prune a run's checkpoints",
  builder: (yargs) =>
    yargs
      .command([checkpointsList, checkpointsVerify, checkpointsPrune])
      .demandCommand(1, 'Which action: list, verify or prune?'),
  handler: () => {},
})
