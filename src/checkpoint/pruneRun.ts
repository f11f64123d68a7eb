import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { acquireRunLock } from './acquireRunLock.js'
import { pruneCheckpoints } from './pruneCheckpoints.js'
import { retainedCheckpoints } from './retainedCheckpoints.js'
import type { Retention } from './Retention.js'

/** A directory that was deleted, or would be. */
export interface PrunedDirectory {
  readonly directory: string
  readonly sizeBytes: number
}

/**
 * Deletes a run's checkpoints that retention does not keep, and those that were set aside as damaged.
 *
 * @throws RunLockedError while a process works on the run
 */
export async function pruneRun(
  runDirectory: string,
  stageNames: readonly string[],
  retention: Retention,
  { dryRun }: { readonly dryRun: boolean },
): Promise<PrunedDirectory[]> {
  const release = dryRun ? null : await acquireRunLock(runDirectory, () => {})
  try {
    const entries = await retainedCheckpoints(runDirectory, stageNames, retention)
    const surplus = entries.filter(({ reasons }) => reasons.length === 0).map(({ directory }) => directory)
    const damaged = await setAside(runDirectory, stageNames)
    const gone = await Promise.all([...surplus, ...damaged].map(measure))
    if (dryRun) return gone
    await pruneCheckpoints(runDirectory, stageNames, retention)
    for (const directory of damaged) await rm(directory, { recursive: true, force: true })
    return gone
  } finally {
    await release?.()
  }
}

async function setAside(runDirectory: string, stageNames: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    stageNames.map(async (stage) => {
      const names = await readdir(join(runDirectory, stage)).catch(() => [])
      return names.filter((name) => name.endsWith('.damaged')).map((name) => join(runDirectory, stage, name))
    }),
  )
  return found.flat()
}

async function measure(directory: string): Promise<PrunedDirectory> {
  const files = await Promise.all((await readdir(directory)).map((name) => stat(join(directory, name))))
  return { directory, sizeBytes: files.reduce((sum, { size }) => sum + size, 0) }
}
