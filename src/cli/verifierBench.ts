import { command } from './command.js'
import { numberOption } from './numberOption.js'
import { print } from './print.js'
import { whichVerifier } from './whichVerifier.js'

/** `fintune verifier bench`: how often a verifier is wrong, before it is trusted. */
export const verifierBench = command({
  command: 'bench',
  describe: 'Measure a verifier on pairs of known label',
  builder: (yargs) =>
    whichVerifier(yargs)
      .option('pairs', {
        type: 'string',
        requiresArg: true,
        describe: 'JSONL of {"gold", "answer", "equivalent", "category"?}; default: generated pairs',
      })
      .option('examples', {
        type: 'string',
        default: '5000',
        requiresArg: true,
        describe: 'How many pairs are generated',
        coerce: numberOption('examples', { min: 1, integer: true }),
      })
      .option('seed', {
        type: 'string',
        default: '3',
        requiresArg: true,
        describe: 'Of the generated pairs; the embedded verifier was trained on seed 1 and watched on seed 2',
        coerce: numberOption('seed', { min: 0, integer: true }),
      })
      .example('$0 verifier bench', 'Rules, then the embedded model')
      .example('$0 verifier bench --verifier embedded --json', '')
      .example('$0 verifier bench --pairs mine.jsonl --verifier recipes/finqa.yaml', ''),
  handler: async ({ verifier, pairs, examples, seed, json }) => {
    const { benchVerifier } = await import('./verifier/benchVerifier.js')
    const report = await benchVerifier({ verifier, pairs, examples, seed })
    const { benchText } = await import('./verifier/benchText.js')
    print(json ? report : benchText(report))
  },
})
