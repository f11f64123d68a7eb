import { closeSync, existsSync, fsyncSync, openSync, truncateSync, writeSync } from 'node:fs'
import { canonicalStepLog } from '../metrics/canonicalStepLog.js'
import { deterministicFields } from '../metrics/deterministicFields.js'
import { readStepLog } from '../metrics/readStepLog.js'
import type { StepLogLine } from '../metrics/StepLogLine.js'
import { ReplayMismatchError } from './ReplayMismatchError.js'

/**
 * Appends to steps.jsonl: one write and one fsync a line. On opening, a torn last line is cut off. A step that the
 * log already has (a resume runs the lost ones again) must equal it in every deterministic field.
 */
export class StepLogWriter {
  readonly #file: number
  readonly #seen = new Map<string, StepLogLine>()

  constructor(path: string) {
    const { lines, wholeBytes } = readStepLog(path)
    if (existsSync(path)) truncateSync(path, wholeBytes)
    for (const line of canonicalStepLog(lines)) this.#seen.set(`${line.stageIndex}/${line.step}`, line)
    this.#file = openSync(path, 'a')
  }

  /** @throws ReplayMismatchError when the step had other deterministic fields before */
  append(line: StepLogLine): void {
    const before = this.#seen.get(`${line.stageIndex}/${line.step}`)
    if (before) requireSame(before, line)
    writeSync(this.#file, JSON.stringify(line) + '\n')
    fsyncSync(this.#file)
  }

  close(): void {
    closeSync(this.#file)
  }
}

function requireSame(before: StepLogLine, after: StepLogLine): void {
  const was = deterministicFields(before).metrics as Record<string, number>
  const is = deterministicFields(after).metrics as Record<string, number>
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])]
  const differences = names
    .filter((name) => was[name] !== is[name])
    .map((name) => `${name}: ${was[name]} → ${is[name]}`)
  if (differences.length > 0) throw new ReplayMismatchError(after.stage, after.step, differences)
}
