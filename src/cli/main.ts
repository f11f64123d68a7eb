#!/usr/bin/env node
import { createCli } from './createCli.js'
import { reportError } from './reportError.js'

const argv = process.argv.slice(2)
leaveQuietlyWhenPipeCloses()
try {
  const cli = await createCli(argv)
  await cli.parseAsync()
} catch (error) {
  process.exitCode = reportError(error, { verbose: argv.includes('--verbose') })
}
await flushed(process.stdout)
await flushed(process.stderr)
// Workers and sockets that are still open must not keep a finished command alive.
process.exit()

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
