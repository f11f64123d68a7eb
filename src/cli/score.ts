import { command } from './command.js'
import { print } from './print.js'

/** `fintune score DATASET`: a predictions file by the official rules. */
export const score = command({
  command: 'score <dataset>',
  describe: 'Score a predictions file by the official rules',
  builder: (yargs) =>
    yargs
      .positional('dataset', { choices: ['finqa', 'convfinqa'] as const, demandOption: true, describe: 'Whose rules' })
      .option('predictions', {
        type: 'string',
        requiresArg: true,
        demandOption: true,
        describe:
          'JSON list of {"id", "predicted": [tokens…, "EOF"]}, for ConvFinQA a turn an entry; "answer" beside: free text',
      })
      .option('gold', {
        type: 'string',
        requiresArg: true,
        demandOption: true,
        describe: 'The data set (JSON, JSONL, parquet)',
      })
      .option('json', { type: 'boolean', default: false, describe: 'One JSON document on stdout' })
      .example('$0 score finqa --predictions predictions.json --gold test.json --json', ''),
  handler: async ({ dataset, predictions, gold, json }) => {
    const { readGoldAnswers } = await import('../data/readGoldAnswers.js')
    const { readPredictions } = await import('../data/readPredictions.js')
    const { scoreConvfinqa } = await import('../finqa/scoreConvfinqa.js')
    const { scoreFinqa } = await import('../finqa/scoreFinqa.js')
    const answers = await readGoldAnswers(dataset, gold)
    const result = (dataset === 'finqa' ? scoreFinqa : scoreConvfinqa)(await readPredictions(predictions), answers)
    for (const remark of result.remarks) process.stderr.write(`${remark}\n`)
    print(json ? result : asTable(result))
  },
})

function asTable({ n, ci95, ...shares }: import('../finqa/Score.js').Score): string {
  const percent = (share: number) => (100 * share).toFixed(2).padStart(6)
  const rows = (['execution_accuracy', 'program_accuracy', 'answer_accuracy'] as const).map((name) => {
    const [low, high] = ci95[name]
    return `${name.padEnd(20)} ${percent(shares[name])} %   95 % interval ${percent(low)} to ${percent(high)}`
  })
  return [
    ...rows,
    `${n} predictions; answer_accuracy is the tolerant scorer's, the other two are the official ones`,
  ].join('\n')
}
