import { command } from './command.js'
import { numberOption } from './numberOption.js'
import { print } from './print.js'
import { whichVerifier } from './whichVerifier.js'

const share = (name: string, describe: string) =>
  ({ type: 'string', requiresArg: true, describe, coerce: numberOption(name, { min: 0, max: 1 }) }) as const
const price = (name: string, describe: string) =>
  ({ type: 'string', requiresArg: true, describe, coerce: numberOption(name, { min: 0 }) }) as const

/** `fintune verifier bench`: how often a verifier is wrong, before it is trusted. */
export const verifierBench = command({
  command: 'bench',
  describe: 'Measure a verifier on pairs of known label and on attacks (exit 3 past its limits)',
  builder: (yargs) =>
    whichVerifier(yargs)
      .option('pairs', {
        type: 'string',
        requiresArg: true,
        describe: 'JSONL of {"gold", "answer", "equivalent", "category"?, "question"?}; default: generated pairs',
      })
      .option('examples', {
        type: 'string',
        default: '7000',
        requiresArg: true,
        describe: 'How many pairs are generated, every category in equal parts, and 15 attacks for each hundred',
        coerce: numberOption('examples', { min: 1, integer: true }),
      })
      .option('seed', {
        type: 'string',
        default: '3',
        requiresArg: true,
        describe:
          'Of the generated pairs; where there are enough of a kind, none that the embedded judge was trained on',
        coerce: numberOption('seed', { min: 0, integer: true }),
      })
      .option('attacks', { type: 'boolean', default: true, describe: 'Attack it too (--no-attacks: do not)' })
      .option(
        'max-error',
        share('max-error', 'Largest share of wrong or missing verdicts; default: 0.004, embedded 0.01'),
      )
      .option(
        'max-false-accept',
        share('max-false-accept', 'Largest share of different pairs accepted; default: 0.005'),
      )
      .option(
        'max-false-reject',
        share('max-false-reject', 'Largest share of equivalent pairs rejected; default: any, rules 0.005'),
      )
      .option('max-attack', share('max-attack', 'Largest share of attacks accepted; default: 0'))
      .option('price-prompt', price('price-prompt', 'Price of a million tokens that the judge reads'))
      .option('price-completion', price('price-completion', 'Price of a million tokens that it writes'))
      .example('$0 verifier bench', 'Rules, then the embedded model')
      .example('$0 verifier bench --verifier embedded --json', '')
      .example('$0 verifier bench --pairs mine.jsonl --verifier recipes/finqa.yaml --max-error 0.01', ''),
  handler: async ({ verifier, pairs, examples, seed, attacks, json, ...args }) => {
    const { benchVerifier } = await import('./verifier/benchVerifier.js')
    const priced = args.pricePrompt !== undefined || args.priceCompletion !== undefined
    const result = await benchVerifier({
      ...{ verifier, pairs, examples, seed, attacks },
      limits: {
        error: args.maxError,
        false_accept: args.maxFalseAccept,
        false_reject: args.maxFalseReject,
        attack: args.maxAttack,
      },
      prices: priced ? { prompt: args.pricePrompt ?? 0, completion: args.priceCompletion ?? 0 } : undefined,
    })
    const { benchText } = await import('./verifier/benchText.js')
    print(json ? result : benchText(result))
    if (result.problems.length > 0) process.exitCode = 3
  },
})
