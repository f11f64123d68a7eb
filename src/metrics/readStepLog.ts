import { existsSync, readFileSync } from 'node:fs'
import { InputError } from '../lib/InputError.js'
import type { StepLogLine } from './StepLogLine.js'

/** The lines of a step log; `wholeBytes` is where a torn last line (a writer killed in the act) would begin. */
export interface StepLog {
  readonly lines: readonly StepLogLine[]
  readonly wholeBytes: number
}

/**
 * Reads steps.jsonl, also while it grows: a torn last line is passed over, unknown fields are kept.
 *
 * @throws InputError when a line that is not the last one is not JSON
 */
export function readStepLog(path: string): StepLog {
  if (!existsSync(path)) return { lines: [], wholeBytes: 0 }
  const bytes = readFileSync(path)
  const wholeBytes = bytes.lastIndexOf(0x0a) + 1
  const texts = bytes.subarray(0, wholeBytes).toString('utf8').split('\n').slice(0, -1)
  const lines = texts.map((text, index) => {
    try {
      return JSON.parse(text) as StepLogLine
    } catch (cause) {
      throw new InputError(`${path} line ${index + 1} is not JSON: ${text.slice(0, 80)}`, { cause })
    }
  })
  return { lines, wholeBytes }
}
