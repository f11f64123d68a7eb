import yargs from 'yargs'
import type { Argv } from 'yargs'
import { InputError } from '../lib/InputError.js'
import { didYouMean } from '../lib/didYouMean.js'
import { commands } from './commands.js'
import { readVersion } from './readVersion.js'

/**
 * The command line, ready to parse `argv` (without node and script). Only the command that is asked for is loaded,
 * all of them for completion.
 *
 * @throws InputError for unknown commands at once, for other mistakes on parsing, with what to type next
 */
export async function createCli(argv: readonly string[]): Promise<Argv> {
  const word = argv.find((argument) => !argument.startsWith('-'))
  const completing = argv[0] === '--get-yargs-completions'
  if (word !== undefined && !completing) requireKnown(word)
  const loads = word !== undefined && Object.hasOwn(commands, word) ? [commands[word]] : Object.values(commands)
  const cli = yargs([...argv])
    .scriptName('fintune')
    .command(await Promise.all(loads.map((load) => load())))
    .completion('completion', 'Print a script that completes commands and options in bash and zsh')
    .option('verbose', { type: 'boolean', global: true, describe: 'Show where an unexpected error came from' })
    .version(readVersion())
    .alias({ help: 'h' })
    .updateStrings(plainWords)
    .recommendCommands()
    .demandCommand(1, 'Which command?')
    .strict()
    .wrap(Math.min(120, process.stdout.columns ?? 100))
  return cli.fail((message: string | null, error: Error | undefined) => {
    if (error !== undefined && error.name !== 'YError') throw error
    const help = word === undefined ? 'fintune --help' : `fintune ${word} --help`
    throw new InputError(`${message ?? error?.message}\nSee:  ${help}`)
  })
}

function requireKnown(word: string): void {
  const known = [...Object.keys(commands), 'completion']
  if (known.includes(word)) return
  const meant = didYouMean(word, known)
  const hint = meant === undefined ? '' : `; did you mean "${meant}"?`
  throw new InputError(`Unknown command "${word}"${hint}\nCommands: ${known.join(', ')}\nSee:  fintune --help`)
}

/** yargs' sentences where ours are clearer; its types know only plain strings, its plurals are objects. */
const plainWords = {
  'Not enough non-option arguments: got %s, need at least %s': {
    one: 'An argument is missing: got %s, needs at least %s',
    other: 'An argument is missing: got %s, needs at least %s',
  },
} as unknown as Record<string, string>
