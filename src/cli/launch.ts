import { command } from './command.js'
import { launchKubernetes } from './launchKubernetes.js'
import { launchSlurm } from './launchSlurm.js'

/** `fintune launch slurm|kubernetes RECIPE`. */
export const launch = command({
  command: 'launch <scheduler>',
  describe: 'Write (and submit) a job for Slurm or Kubernetes that goes on where it is stopped',
  builder: (yargs) =>
    yargs.command([launchSlurm, launchKubernetes]).demandCommand(1, 'Which scheduler: slurm or kubernetes?'),
  handler: () => {},
})
