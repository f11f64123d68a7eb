import { command } from './command.js'
import { print } from './print.js'
import { whichVerifier } from './whichVerifier.js'

/** `fintune verifier explain`: how a verdict comes about. */
export const verifierExplain = command({
  command: 'explain',
  describe: 'Judge one answer and show how the verdict comes about',
  builder: (yargs) =>
    whichVerifier(yargs)
      .option('gold', { type: 'string', demandOption: true, requiresArg: true, describe: 'The right answer' })
      .option('answer', { type: 'string', demandOption: true, requiresArg: true, describe: 'The answer to judge' })
      .option('question', { type: 'string', requiresArg: true, describe: 'For a judge that is set to see it' })
      .example('$0 verifier explain --gold 0.98 --answer "98 %"', '')
      .example('$0 verifier explain --gold=-32 --answer "(32)"', 'What begins with a dash is given with ='),
  handler: async ({ gold, answer, question, verifier, json }) => {
    const { explainAnswer } = await import('./verifier/explainAnswer.js')
    const explanation = await explainAnswer({ gold, answer, question }, verifier)
    const { explanationText } = await import('./verifier/explanationText.js')
    print(json ? explanation : explanationText(explanation))
  },
})
