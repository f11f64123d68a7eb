import { command } from './command.js'
import { print } from './print.js'

/** `fintune verifier explain`: how a verdict comes about. */
export const verifier = command({
  command: 'verifier <action>',
  describe: 'Show how the verifier judges an answer',
  builder: (yargs) =>
    yargs
      .positional('action', { choices: ['explain'] as const, demandOption: true, describe: 'What to do' })
      .option('gold', { type: 'string', demandOption: true, requiresArg: true, describe: 'The right answer' })
      .option('answer', { type: 'string', demandOption: true, requiresArg: true, describe: 'The answer to judge' })
      .option('verifier', {
        type: 'string',
        default: 'cascade',
        requiresArg: true,
        describe: 'rules, embedded, cascade (rules, then embedded), or a recipe whose verifier is taken',
      })
      .option('json', { type: 'boolean', default: false, describe: 'One JSON document on stdout' })
      .example('$0 verifier explain --gold 0.98 --answer "98 %"', '')
      .example(
        '$0 verifier explain --gold=-32 --answer "(32)" --verifier rules',
        'Values that begin with a dash: with =',
      ),
  handler: async ({ gold, answer, verifier: which, json }) => {
    const { explainAnswer } = await import('./verifier/explainAnswer.js')
    const explanation = await explainAnswer(gold, answer, which)
    const { explanationText } = await import('./verifier/explanationText.js')
    print(json ? explanation : explanationText(explanation))
  },
})
