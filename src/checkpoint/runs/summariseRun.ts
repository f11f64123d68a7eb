import { basename, join } from 'node:path'
import { InputError } from '../../lib/InputError.js'
import { canonicalStepLog } from '../../metrics/canonicalStepLog.js'
import { readStepLog } from '../../metrics/readStepLog.js'
import type { StepLogLine } from '../../metrics/StepLogLine.js'
import { RunDirectory } from '../RunDirectory.js'
import { isAlive } from './isAlive.js'
import type { RunSummary } from './RunSummary.js'

/** Steps whose pace tells how long the rest will take. */
const RECENT = 20

/**
 * How a run stands, from run.json and the step log alone: it may belong to another process, or be a copied folder.
 * @param now milliseconds since 1970
 */
export async function summariseRun(directory: string, now: number): Promise<RunSummary> {
  const status = new RunDirectory(directory).readStatus()!
  const { stage, step, stepsTotal, attempt, startedAt, updatedAt, host, pid, cause, message } = status
  const lines = canonicalStepLog(readable(join(directory, 'steps.jsonl')))
  const alive = status.status === 'running' && (await isAlive(directory))
  const seconds = secondsPerStep(lines)
  const end = now + seconds * (stepsTotal - step) * 1000
  return {
    name: lines.at(-1)?.run ?? basename(directory),
    directory,
    status: status.status,
    ...(cause === undefined ? {} : { cause }),
    ...(message === undefined ? {} : { message }),
    alive,
    stage,
    step,
    stepsTotal,
    progress: stepsTotal === 0 ? Number(status.status === 'done') : step / stepsTotal,
    attempt,
    startedAt,
    updatedAt,
    host,
    pid,
    ...(alive && Number.isFinite(end) ? { estimatedEnd: new Date(end).toISOString() } : {}),
    metrics: lines.at(-1)?.metrics ?? {},
  }
}

/** A log with a damaged line is for `fintune checkpoints verify` to name; the listing goes on. */
function readable(path: string): readonly StepLogLine[] {
  try {
    return readStepLog(path).lines
  } catch (error) {
    if (error instanceof InputError) return []
    throw error
  }
}

/** Wall time a step, evaluations and checkpoints included, over the last attempt's last steps; NaN where none is known. */
function secondsPerStep(lines: readonly StepLogLine[]): number {
  const last = lines.at(-1)
  const recent = lines.filter(({ attempt }) => attempt === last?.attempt).slice(-RECENT)
  if (recent.length < 2) return last?.metrics['step_time'] ?? NaN
  return (Date.parse(recent.at(-1)!.time) - Date.parse(recent[0].time)) / 1000 / (recent.length - 1)
}
