import type { ArgumentsCamelCase, Argv, CommandModule } from 'yargs'

/** One command, as its file writes it: it parses, calls one function, prints. */
export interface Command<Args> {
  /** As yargs reads it, e.g. `validate <recipes..>`. */
  readonly command: string
  readonly describe: string
  readonly builder: (yargs: Argv) => Argv<Args>
  /** Imports what is heavy itself, so that `fintune --help` loads none of it. Throws FintuneError for what users can mend. */
  readonly handler: (args: ArgumentsCamelCase<Args>) => void | Promise<void>
}

/** Types a command: the handler's arguments are what its builder declares. */
export function command<Args>(definition: Command<Args>): CommandModule {
  return definition as unknown as CommandModule
}
