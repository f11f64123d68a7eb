import { command } from './command.js'
import { verifierBench } from './verifierBench.js'
import { verifierExplain } from './verifierExplain.js'

/** `fintune verifier …`: look at the verifier before trusting it. */
export const verifier = command({
  command: 'verifier <action>',
  describe: 'Measure a verifier (bench), or show how it judges an answer (explain)',
  builder: (yargs) => yargs.command([verifierBench, verifierExplain]).demandCommand(1, 'bench or explain?'),
  handler: () => undefined,
})
