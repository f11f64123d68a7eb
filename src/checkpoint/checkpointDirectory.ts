import { join } from 'node:path'

/** Where the checkpoint after a stage's step lies. */
export function checkpointDirectory(runDirectory: string, stage: string, step: number): string {
  return join(runDirectory, stage, `step-${String(step).padStart(6, '0')}`)
}
