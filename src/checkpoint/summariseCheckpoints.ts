import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { CheckpointSummary } from './CheckpointSummary.js'
import { retainedCheckpoints } from './retainedCheckpoints.js'
import type { Retention } from './Retention.js'

/** A run's checkpoints in the order they were made. Reads manifests alone: see verifyCheckpoint for what is in them. */
export async function summariseCheckpoints(
  runDirectory: string,
  stageNames: readonly string[],
  retention: Retention,
): Promise<CheckpointSummary[]> {
  const entries = await retainedCheckpoints(runDirectory, stageNames, retention)
  return Promise.all(
    entries.map(async ({ stage, step, directory, manifest, reasons }) => {
      const files = await Promise.all((await readdir(directory)).map((name) => stat(join(directory, name))))
      const { mtime } = await stat(join(directory, 'manifest.json'))
      return {
        stage,
        step,
        ...(manifest ? { globalStep: manifest.position.globalStep } : {}),
        directory,
        sizeBytes: files.reduce((sum, { size }) => sum + size, 0),
        savedAt: mtime.toISOString(),
        keptAs: reasons,
        metrics: manifest?.metrics ?? {},
      }
    }),
  )
}
