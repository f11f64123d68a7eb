import { command } from './command.js'
import { engineOptions } from './engineOptions.js'
import { numberOption } from './numberOption.js'
import { print } from './print.js'

const count = (name: string, describe: string, fallback: string) =>
  ({
    type: 'string',
    default: fallback,
    requiresArg: true,
    describe,
    coerce: numberOption(name, { min: 1, integer: true }),
  }) as const

/** `fintune eval MODEL --data TYPE:PATH`: answers a data set and scores the answers by the official rules. */
export const evalCommand = command({
  command: 'eval <model>',
  describe: 'Evaluate a model on FinQA, ConvFinQA or synthetic pages',
  builder: (yargs) =>
    engineOptions(yargs)
      .positional('model', {
        type: 'string',
        demandOption: true,
        describe: 'Model directory, hub id, adapter or embedded',
      })
      .option('data', {
        type: 'string',
        demandOption: true,
        requiresArg: true,
        describe: 'finqa:PATH, convfinqa:PATH or synthetic:SEED',
      })
      .option('limit', {
        type: 'string',
        requiresArg: true,
        describe: 'Only the first so many examples',
        coerce: numberOption('limit', { min: 1, integer: true }),
      })
      .option('template', { choices: ['fin-r1', 'compact'] as const, describe: 'Default: compact for embedded models' })
      .option('system', { type: 'string', describe: "System message ('' for an empty one); default: the template's" })
      .option('context', {
        choices: ['full', 'evidence'] as const,
        default: 'full' as const,
        describe: 'What of a page is shown',
      })
      .option('table', {
        choices: ['rows', 'sentences'] as const,
        describe: 'How tables read; default: sentences for embedded models',
      })
      .option('answer', {
        choices: ['program', 'text'] as const,
        default: 'program' as const,
        describe: 'What <answer> holds',
      })
      .option('history', {
        choices: ['gold', 'own'] as const,
        default: 'gold' as const,
        describe: 'Earlier turns (convfinqa)',
      })
      .option('max-prompt-tokens', count('max-prompt-tokens', 'Token budget of a prompt', '1024'))
      .option('max-tokens', count('max-tokens', 'Longest answer', '256'))
      .option('samples', count('samples', 'Answers a question; above 1: temperature 0.7, pass@k and majority', '1'))
      .option('predictions', {
        type: 'string',
        requiresArg: true,
        describe: 'Write the programs here, in the official format',
      })
      .option('json', { type: 'boolean', default: false, describe: 'One JSON document on stdout' })
      .example('$0 eval checkpoints/quickstart/grpo/model --data synthetic:9 --limit 200', '')
      .example('$0 eval models/SmolLM2-135M-Instruct --data finqa:data/finqa/dev.json --json', ''),
  handler: async ({ json, predictions, ...options }) => {
    const { evaluateModel } = await import('./eval/evaluateModel.js')
    const { result, answered } = await evaluateModel(options, json)
    if (predictions !== undefined) {
      const { officialPredictions } = await import('../eval/officialPredictions.js')
      const { writeFileAtomic } = await import('../lib/writeFileAtomic.js')
      await writeFileAtomic(predictions, JSON.stringify(officialPredictions(answered), null, 2) + '\n')
    }
    const { evalText } = await import('./eval/evalText.js')
    print(json ? result : evalText(result))
  },
})
