import type { CheckpointManifest } from './CheckpointManifest.js'
import { CheckpointError } from './CheckpointError.js'
import { listCheckpoints } from './listCheckpoints.js'
import { verifyCheckpoint } from './verifyCheckpoint.js'

/**
 * The newest checkpoint that is whole. A damaged one is named through `warn` and the one before it is taken.
 *
 * @returns null where the run has no checkpoint at all
 * @throws CheckpointError where there are checkpoints but none is whole: never a silent start from zero
 */
export async function latestCheckpoint(
  runDirectory: string,
  stageNames: readonly string[],
  warn: (message: string) => void,
): Promise<{ directory: string; manifest: CheckpointManifest } | null> {
  const entries = (await listCheckpoints(runDirectory)).filter((entry) => stageNames.includes(entry.stage))
  entries.sort((a, b) => stageNames.indexOf(b.stage) - stageNames.indexOf(a.stage) || b.step - a.step)
  let damaged: CheckpointError | null = null
  for (const { directory } of entries) {
    try {
      return { directory, manifest: await verifyCheckpoint(directory) }
    } catch (error) {
      if (!(error instanceof CheckpointError)) throw error
      warn(`${error.message}; trying the one before`)
      damaged = error
    }
  }
  if (damaged) throw damaged
  return null
}
