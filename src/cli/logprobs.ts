import { command } from './command.js'
import { engineOptions } from './engineOptions.js'
import { numberOption } from './numberOption.js'
import { print } from './print.js'
import { sum } from '../lib/sum.js'

/** `fintune logprobs MODEL --tokens FILE`: log p of every token after the first, for parity with other software. */
export const logprobs = command({
  command: 'logprobs <model>',
  describe: 'Log-probabilities of token sequences, to compare with other software',
  builder: (yargs) =>
    engineOptions(yargs)
      .positional('model', {
        type: 'string',
        demandOption: true,
        describe: 'Model directory, hub id, adapter or embedded',
      })
      .option('tokens', {
        type: 'string',
        demandOption: true,
        requiresArg: true,
        describe: 'JSON file {"input_ids": [[…], …]}',
      })
      .option('temperature', {
        type: 'string',
        default: '1',
        requiresArg: true,
        describe: 'Of log softmax(logits / temperature)',
        coerce: numberOption('temperature', { min: 1e-6 }),
      })
      .option('json', { type: 'boolean', default: false, describe: '{"logprobs": [[…], …]} on stdout' })
      .example('$0 logprobs models/SmolLM2-135M-Instruct --tokens ids.json --json', ''),
  handler: async ({ model, tokens, temperature, json, ...options }) => {
    const { readTokenSequences } = await import('./readTokenSequences.js')
    const { requireTokensFit } = await import('./requireTokensFit.js')
    const { openCommandModel } = await import('./openCommandModel.js')
    const sequences = await readTokenSequences(tokens)
    const { engine } = await openCommandModel(model, options)
    try {
      requireTokensFit(`--tokens ${tokens}: input_ids`, sequences, engine.capabilities())
      const values = await engine.logprobs(sequences, { weights: 'policy', temperature })
      print(json ? JSON.stringify({ logprobs: values }) : values.map(summary).join('\n'))
    } finally {
      await engine.close()
    }
  },
})

/** One sequence for people. values: [tokens − 1] */
function summary(values: readonly number[], index: number): string {
  const total = sum(values)
  if (values.length === 0) return `sequence ${index}: 1 token, nothing to predict`
  const mean = total / values.length
  return (
    `sequence ${index}: ${values.length + 1} tokens, log p ${total.toFixed(4)}, ` +
    `mean ${mean.toFixed(4)}, perplexity ${Math.exp(-mean).toFixed(3)}`
  )
}
