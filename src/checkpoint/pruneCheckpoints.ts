import { rename, rm } from 'node:fs/promises'
import { retainedCheckpoints } from './retainedCheckpoints.js'
import type { Retention } from './Retention.js'

/** Deletes what retention does not keep; returns the directories that went. */
export async function pruneCheckpoints(
  runDirectory: string,
  stageNames: readonly string[],
  retention: Retention,
): Promise<string[]> {
  const entries = await retainedCheckpoints(runDirectory, stageNames, retention)
  const gone = entries.filter(({ reasons }) => reasons.length === 0).map(({ directory }) => directory)
  for (const directory of gone) {
    // Under another name first: a crash in between must not leave half a checkpoint under a whole one's name.
    const temporary = `${directory}.pruned.tmp`
    await rename(directory, temporary)
    await rm(temporary, { recursive: true, force: true })
  }
  return gone
}
