import { createHash } from 'node:crypto'
import { closeSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { disk } from '../lib/disk.js'
import { canonicalStepLog } from '../metrics/canonicalStepLog.js'
import { deterministicFields } from '../metrics/deterministicFields.js'
import type { StepLogLine } from '../metrics/StepLogLine.js'
import { continuingLines } from './continuingLines.js'
import { ReplayMismatchError } from './ReplayMismatchError.js'
import type { LogExtent } from './LogExtent.js'

export interface StepLogWriterOptions {
  /** The part that the checkpoint covers from which the run goes on; it is known to be whole. */
  readonly covered?: LogExtent
  /** What lies behind it is known to be damaged: it is put aside. */
  readonly dropTail?: boolean
  /** False where steps that are run again may come out otherwise (another machine, a changed recipe). Default true. */
  readonly compare?: boolean
  readonly warn?: (message: string) => void
}

/**
 * Appends to steps.jsonl: one write and one fsync a line. On opening, a torn last line is cut off, and so is whatever
 * does not go on from the covered part line by line. A step that the log already has (a resume runs the lost ones again)
 * must equal it in every deterministic field.
 */
export class StepLogWriter {
  /** Of the lines that were there on opening; 0 where there were none. */
  readonly lastAttempt: number
  readonly #file: number
  readonly #seen = new Map<string, StepLogLine>()
  readonly #hash = createHash('sha256')
  #bytes = 0

  constructor(
    readonly path: string,
    { covered, dropTail = false, compare = true, warn = () => {} }: StepLogWriterOptions = {},
  ) {
    const found = existsSync(path) ? readFileSync(path) : Buffer.alloc(0)
    const coveredBytes = covered?.bytes ?? 0
    const { lines, last, wholeBytes } = continuingLines(found, coveredBytes)
    this.lastAttempt = last?.attempt ?? 0
    const kept = dropTail ? coveredBytes : wholeBytes
    const tail = found.subarray(kept)
    if (tail.includes(0x0a)) warn(putAside(path, tail))
    if (tail.length > 0) disk.truncate(path, kept)
    if (compare) {
      const tailLines = dropTail ? [] : lines
      for (const line of canonicalStepLog(tailLines)) this.#seen.set(keyOf(line), line)
    }
    this.#count(found.subarray(0, kept))
    this.#file = disk.openAppend(path)
  }

  /** The log as it is now. */
  get extent(): LogExtent {
    return { bytes: this.#bytes, sha256: this.#hash.copy().digest('hex') }
  }

  /** @throws ReplayMismatchError when the step had other deterministic fields before; DiskError when it cannot be written */
  append(line: StepLogLine): void {
    const before = this.#seen.get(keyOf(line))
    if (before) requireSame(before, line)
    const text = JSON.stringify(line) + '\n'
    disk.append(this.#file, this.path, text)
    this.#count(Buffer.from(text))
  }

  close(): void {
    closeSync(this.#file)
  }

  #count(bytes: Uint8Array): void {
    this.#hash.update(bytes)
    this.#bytes += bytes.length
  }
}

function keyOf({ stageIndex, step }: StepLogLine): string {
  return `${stageIndex}/${step}`
}

/** Keeps what is cut off, for whoever wants to know. @returns what to tell */
function putAside(path: string, tail: Uint8Array): string {
  const aside = `${path}.damaged`
  writeFileSync(aside, tail)
  return `the end of ${path} is damaged: ${tail.length} bytes were moved to ${aside}; their steps are run again`
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
