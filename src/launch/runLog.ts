import { appendFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import { maskSecrets } from '../lib/maskSecrets.js'
import type { RunReporter } from './RunReporter.js'

/**
 * The program's own log, `<run>/log.jsonl` (pino's JSON lines; `npx pino-pretty < log.jsonl` reads it): whatever is told
 * to people goes there too, secrets masked. Lines wait until the run directory is there. A log that cannot be written
 * stops no run.
 */
export function runLog(
  runDirectory: string,
  reporter: RunReporter,
  { run, level }: { readonly run: string; readonly level: string },
): RunReporter {
  const path = join(runDirectory, 'log.jsonl')
  let held = ''
  const write = (text: string) => {
    held += maskSecrets(text)
    if (!existsSync(runDirectory)) return
    try {
      appendFileSync(path, held)
    } catch {
      // a full disk is told by what needs the disk
    }
    held = ''
  }
  const log = pino({ level, base: { run, pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime }, { write })
  return {
    say: (message) => {
      log.info(message)
      reporter.say(message)
    },
    warn: (message) => {
      log.warn(message)
      reporter.warn(message)
    },
    progress: (text) => {
      log.trace(text)
      reporter.progress(text)
    },
    step: (line, of) => {
      const { stage, step, globalStep, attempt, metrics } = line
      const { loss, reward, grad_norm: gradNorm, step_time: seconds } = metrics
      log.debug({ stage, step, globalStep, attempt, loss, reward, gradNorm, seconds }, 'step')
      reporter.step(line, of)
    },
    evaluated: (result) => {
      const { stage, data, n, execution_accuracy: executionAccuracy, seconds } = result
      log.info({ stage, data, n, executionAccuracy, seconds }, 'evaluated')
      reporter.evaluated(result)
    },
  }
}
