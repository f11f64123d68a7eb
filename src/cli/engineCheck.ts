import { command } from './command.js'
import { numberOption } from './numberOption.js'
import { print } from './print.js'

/** `fintune engine check URL`: what a Tinker server does differently, and a toy step on it against the local engine. */
export const engineCheck = command({
  command: 'check <url>',
  describe: 'Measure a Tinker server and compare a toy step with the local engine (exit 3 where they differ)',
  builder: (yargs) =>
    yargs
      .positional('url', { type: 'string', demandOption: true, describe: "The server's address" })
      .option('model', {
        type: 'string',
        requiresArg: true,
        describe:
          "The base model's directory here, for the comparison; default: the server's name for it, where it is one",
      })
      .option('base-model', {
        type: 'string',
        requiresArg: true,
        describe: 'What the server calls it; default: its first',
      })
      .option('rank', {
        type: 'string',
        default: '8',
        requiresArg: true,
        describe: 'Rank of the scratch adapters',
        coerce: numberOption('rank', { min: 1, integer: true }),
      })
      .option('tolerance', {
        type: 'string',
        default: '0.02',
        requiresArg: true,
        describe: 'Largest relative difference of loss, gradient and movement',
        coerce: numberOption('tolerance', { min: 0 }),
      })
      .option('json', { type: 'boolean', default: false, describe: 'One JSON document on stdout' })
      .example('$0 engine check http://localhost:8000', '')
      .example(
        '$0 engine check http://localhost:8000 --model models/Qwen3-8B',
        'With the weights here to compare with',
      ),
  handler: async ({ url, model, baseModel, rank, tolerance, json }) => {
    const { checkServer } = await import('./engine/checkServer.js')
    const report = await checkServer({
      url,
      model,
      baseModel,
      rank,
      tolerance,
      say: (message) => console.error(message),
    })
    const { checkText } = await import('./engine/checkText.js')
    print(json ? report : checkText(report))
    if (report.parity?.some(({ agrees }) => !agrees)) process.exitCode = 3
  },
})
