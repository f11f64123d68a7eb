import { readdir } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** A checkpoint's place in the run directory. */
export interface CheckpointEntry {
  readonly stage: string
  readonly step: number
  readonly directory: string
}

/** Finished checkpoints of a run (those with a manifest), by stage name and step; temporary directories are passed over. */
export async function listCheckpoints(runDirectory: string): Promise<CheckpointEntry[]> {
  const entries: CheckpointEntry[] = []
  for (const stage of await directoriesIn(runDirectory)) {
    for (const name of await directoriesIn(join(runDirectory, stage))) {
      const step = /^step-(\d{6,})$/.exec(name)
      const directory = join(runDirectory, stage, name)
      if (step && existsSync(join(directory, 'manifest.json')))
        entries.push({ stage, step: Number(step[1]), directory })
    }
  }
  return entries
}

async function directoriesIn(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true })
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
}
