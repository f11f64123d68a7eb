import type { CommandModule } from 'yargs'
import { commands } from './commands.js'

const examples = [
  ['fintune run recipes/quickstart.yaml', 'Train and evaluate the small embedded model'],
  ['fintune validate recipes/*.yaml', 'Check recipes without starting anything'],
  ['fintune doctor', 'Which backend computes here, and why'],
]

const options = [
  ['-h, --help', 'Show help; after a command: its own'],
  ['--version', 'Show the version'],
  ['--verbose', 'Show where an unexpected error came from'],
]

/** What `fintune --help` shows. Written without yargs, whose loading alone takes longer than the rest. */
export async function overview(): Promise<string> {
  const modules = await Promise.all(Object.values(commands).map((load) => load()))
  const listed = modules.map((module): string[] => [`fintune ${signature(module)}`, String(module.describe)])
  listed.push(['fintune completion', 'Print a script that completes commands and options in bash and zsh'])
  return [
    'fintune <command>',
    '',
    'Fine-tunes language models for financial questions: SFT, then GRPO with verified rewards.',
    ...section('Commands', listed),
    ...section('Options', options),
    ...section('Examples', examples),
    '',
    'Help on one command:  fintune <command> --help',
  ].join('\n')
}

function signature({ command }: CommandModule): string {
  return Array.isArray(command) ? command[0] : String(command)
}

function section(title: string, rows: readonly (readonly string[])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length))
  return ['', `${title}:`, ...rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`)]
}
