#!/usr/bin/env node
import './stopSignal.js' // first: handlers before anything else is loaded
import { print } from './print.js'
import { reportError } from './reportError.js'

const argv = process.argv.slice(2)
leaveQuietlyWhenPipeCloses()
try {
  await main(argv)
} catch (error) {
  process.exitCode = reportError(error, { verbose: argv.includes('--verbose') })
}
await flushed(process.stdout)
await flushed(process.stderr)
// Workers and sockets that are still open must not keep a finished command alive.
process.exit()

/** Modules are imported when needed: `fintune --help` is to answer at once. */
async function main(argv: readonly string[]): Promise<void> {
  if (argv.length === 1 && ['--help', '-h', 'help'].includes(argv[0]))
    return print(await (await import('./overview.js')).overview())
  if (argv.length === 1 && argv[0] === '--version') return print((await import('./readVersion.js')).readVersion())
  const { createCli } = await import('./createCli.js')
  await (await createCli(argv)).parseAsync()
}

/** `fintune schema recipe | head` closes the pipe early, which is no failure. */
function leaveQuietlyWhenPipeCloses(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit()
    throw error
  })
}

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write('', () => resolve()))
}
