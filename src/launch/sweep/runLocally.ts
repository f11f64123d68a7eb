import { spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import type { SweepRun } from './SweepPlan.js'

export interface RunLocallyOptions {
  /** Runs at once. */
  readonly parallel: number
  /** How this program is started, e.g. [node, dist/cli/main.js]. */
  readonly program: readonly [string, string]
  /** Stops every run at a checkpoint; none is begun any more. */
  readonly signal: AbortSignal
  readonly onStart: (run: SweepRun) => void
  /** The last line the run has said. */
  readonly onLine: (run: SweepRun, line: string) => void
  readonly onEnd: (run: SweepRun, exitCode: number) => void
}

/**
 * Carries out a sweep's runs on this machine, each in a process of its own, so that one that fails leaves the others be;
 * what it says goes to launch/output.log in its directory.
 *
 * @throws the signal's reason, once every run under way has stopped
 */
export async function runLocally(runs: readonly SweepRun[], options: RunLocallyOptions): Promise<void> {
  const waiting = [...runs]
  const work = async () => {
    for (let run = waiting.shift(); run !== undefined && !options.signal.aborted; run = waiting.shift()) {
      options.onStart(run)
      options.onEnd(run, await carryOut(run, options))
    }
  }
  await Promise.all(Array.from({ length: options.parallel }, work))
  options.signal.throwIfAborted()
}

/** @returns the exit code, or 128 where a signal ended it */
async function carryOut(run: SweepRun, { program: [node, main], signal, onLine }: RunLocallyOptions): Promise<number> {
  const recipe = join(run.directory, 'launch/recipe.yaml')
  const child = spawn(node, [main, 'run', recipe, '--run-dir', run.directory, '--resume=auto'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const log = createWriteStream(join(run.directory, 'launch/output.log'), { flags: 'a' })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log.write(text)
    const line = text.trimEnd().split('\n').at(-1)
    if (line) onLine(run, line)
  })
  const stop = () => child.kill('SIGTERM')
  signal.addEventListener('abort', stop, { once: true })
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', reject)
      child.once('close', (code) => resolve(code ?? 128))
    })
  } finally {
    signal.removeEventListener('abort', stop)
    log.end()
  }
}
