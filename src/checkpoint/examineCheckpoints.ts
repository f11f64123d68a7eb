import { existsSync } from 'node:fs'
import { CheckpointError } from './CheckpointError.js'
import { listCheckpoints } from './listCheckpoints.js'
import { verifyCheckpoint } from './verifyCheckpoint.js'

/** A checkpoint that was checked; `problem` where it is damaged. */
export interface ExaminedCheckpoint {
  readonly stage: string
  readonly step: number
  readonly directory: string
  readonly problem?: string
}

/** Checks all checkpoints of a run. One that a running process prunes meanwhile is passed over. */
export async function examineCheckpoints(runDirectory: string): Promise<ExaminedCheckpoint[]> {
  const found: ExaminedCheckpoint[] = []
  for (const entry of await listCheckpoints(runDirectory)) {
    try {
      await verifyCheckpoint(entry.directory)
      found.push(entry)
    } catch (error) {
      if (!(error instanceof CheckpointError)) throw error
      if (existsSync(entry.directory)) found.push({ ...entry, problem: error.problem })
    }
  }
  return found
}
