import { existsSync, readFileSync } from 'node:fs'
import { continuingLines } from './continuingLines.js'
import type { RunStatus } from './RunStatus.js'

/** The content of run.json; where that is damaged, what the step log says of the run. */
export function recoverStatus(text: string, stepLogPath: string): RunStatus {
  const status = parse(text)
  if (status) return status
  const log = existsSync(stepLogPath) ? readFileSync(stepLogPath) : Buffer.alloc(0)
  const { lines } = continuingLines(log, 0)
  const last = lines.at(-1)
  const step = last?.globalStep ?? 0
  return {
    schema: 'fintune.run/1',
    status: 'interrupted',
    cause: 'error',
    message: 'run.json is damaged; this is what the step log says',
    stage: last?.stage ?? '',
    step,
    stepsTotal: step,
    attempt: last?.attempt ?? 0,
    startedAt: lines[0]?.time ?? new Date(0).toISOString(),
    updatedAt: last?.time ?? new Date(0).toISOString(),
    host: '',
    pid: 0,
    versions: {},
    data: [],
    model: { path: '', sha256: '' },
  }
}

const known: readonly string[] = ['running', 'interrupted', 'done', 'failed'] satisfies RunStatus['status'][]

function parse(text: string): RunStatus | null {
  try {
    const status = JSON.parse(text) as RunStatus
    const fits = known.includes(status.status) && Number.isSafeInteger(status.attempt) && Number.isFinite(status.step)
    return fits && !Number.isNaN(Date.parse(status.startedAt)) ? status : null
  } catch {
    return null
  }
}
