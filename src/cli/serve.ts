import { command } from './command.js'
import { engineOptions } from './engineOptions.js'
import { numberOption } from './numberOption.js'

const count = (name: string, fallback: string, describe: string, min = 1, max?: number) =>
  ({
    type: 'string',
    default: fallback,
    requiresArg: true,
    describe,
    coerce: numberOption(name, { min, max, integer: true }),
  }) as const

/** `fintune serve MODEL`: an OpenAI-compatible server over our own engine. */
export const serve = command({
  command: 'serve <model>',
  describe: 'Serve a model to any OpenAI client (chat and plain completions)',
  builder: (yargs) =>
    engineOptions(yargs)
      .positional('model', {
        type: 'string',
        demandOption: true,
        describe: 'Model directory, hub id, adapter or embedded',
      })
      .option('host', {
        type: 'string',
        default: '127.0.0.1',
        requiresArg: true,
        describe: 'Address to listen on; default: this machine alone',
      })
      .option('port', count('port', '8000', 'Port; 0 takes any that is free', 0, 65535))
      .option('name', { type: 'string', requiresArg: true, describe: "The model's name for clients; default: MODEL" })
      .option('api-key-env', {
        type: 'string',
        requiresArg: true,
        describe: 'Environment variable with the key that clients must send',
      })
      .option('max-tokens', count('max-tokens', '4096', 'Longest completion, whatever a request says'))
      .option('max-completions', count('max-completions', '128', 'Completions of one request'))
      .option('max-sequences', count('max-sequences', '256', 'Completions in the making at once; past it: 429'))
      .option('max-body-bytes', count('max-body-bytes', '4194304', 'Largest request'))
      .option('grace-seconds', count('grace-seconds', '30', 'How long requests may go on after a signal to stop', 0))
      .option('json', { type: 'boolean', default: false, describe: '{"url", "model"} on stdout once it listens' })
      .example('$0 serve checkpoints/quickstart/grpo/model', 'Then:  curl http://127.0.0.1:8000/v1/models')
      .example('KEY=secret $0 serve embedded --port 8080 --api-key-env KEY', 'Only for those who have the key'),
  handler: async ({ model, ...options }) => {
    const { runServer } = await import('./serve/runServer.js')
    await runServer(model, options)
  },
})
