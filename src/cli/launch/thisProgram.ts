import { join } from 'node:path'
import { packageRoot } from '../../lib/packageRoot.js'
import { shellQuote } from '../../lib/shellQuote.js'

/** How this program is run without npm (which would not pass signals on), and the command line it was given. */
export function thisProgram(): { node: string; program: string; commandLine: string } {
  const words = ['fintune', ...process.argv.slice(2)]
  return {
    node: process.execPath,
    program: join(packageRoot(), 'dist/cli/main.js'),
    commandLine: words.map(shellQuote).join(' ').replace(/\s+/g, ' '),
  }
}
