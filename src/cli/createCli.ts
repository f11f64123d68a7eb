import yargs from 'yargs'
import type { Argv } from 'yargs'
import { InputError } from '../lib/InputError.js'
import { commands } from './commands.js'
import { readVersion } from './readVersion.js'

/**
 * The command line, ready to parse `argv` (without node and script). Only the command that is asked for is loaded;
 * help, completion and unknown words load all, which is quick since commands import heavy modules in their handlers.
 *
 * @throws InputError (on parsing) for unknown commands and options, with what to type next
 */
export async function createCli(argv: readonly string[]): Promise<Argv> {
  const word = argv.find((argument) => !argument.startsWith('-'))
  const known = word !== undefined && Object.hasOwn(commands, word)
  const modules = await Promise.all((known ? [commands[word]] : Object.values(commands)).map((load) => load()))
  const cli = yargs([...argv])
    .scriptName('fintune')
    .usage('$0 <command>\n\nFine-tunes language models for financial questions: SFT, then GRPO with verified rewards.')
    .command(modules)
    .completion('completion', 'Print a script that completes commands and options in bash and zsh')
    .example('$0 run recipes/quickstart.yaml', 'Train and evaluate the small embedded model')
    .example('$0 validate recipes/*.yaml', 'Check recipes without starting anything')
    .example('$0 doctor', 'Which backend computes here, and why')
    .epilogue('Help on one command:  fintune <command> --help')
    .option('verbose', { type: 'boolean', global: true, describe: 'Show where an unexpected error came from' })
    .version(readVersion())
    .alias({ help: 'h' })
    .updateStrings(plainWords)
    .recommendCommands()
    .demandCommand(1, 'Which command? They are listed by:  fintune --help')
    .strict()
    .wrap(Math.min(120, process.stdout.columns ?? 100))
  return cli.fail((message: string | null, error: Error | undefined) => {
    if (error !== undefined && error.name !== 'YError') throw error
    throw new InputError(usageMessage(message ?? error?.message ?? 'the command is wrong', known ? word : undefined))
  })
}

function usageMessage(message: string, command: string | undefined): string {
  if (message.includes('fintune --help')) return message
  return `${message}\nSee:  fintune ${command === undefined ? '' : `${command} `}--help`
}

/** yargs' sentences where ours are clearer; its types know only plain strings, its plurals are objects. */
const plainWords = {
  'Not enough non-option arguments: got %s, need at least %s': {
    one: 'An argument is missing: got %s, needs at least %s',
    other: 'An argument is missing: got %s, needs at least %s',
  },
  'Unknown argument: %s': { one: 'Unknown argument: %s', other: 'Unknown arguments: %s' },
  'Unknown command: %s': { one: 'Unknown command: %s', other: 'Unknown commands: %s' },
} as unknown as Record<string, string>
