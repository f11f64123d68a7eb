import { CheckpointError } from './CheckpointError.js'
import type { CheckpointManifest } from './CheckpointManifest.js'
import { listCheckpoints } from './listCheckpoints.js'
import { verifyCheckpoint } from './verifyCheckpoint.js'

/** The newest checkpoint that is whole, and the newer ones that are not. */
export interface LatestCheckpoint {
  readonly directory: string
  readonly manifest: CheckpointManifest
  /** Newer than this one, newest first. */
  readonly damaged: readonly CheckpointError[]
}

/**
 * The newest checkpoint that is whole, the part of the logs that it covers included. A damaged one is named
 * through `warn` and the one before it is taken.
 *
 * @returns null where the run has no checkpoint at all
 * @throws CheckpointError where there are checkpoints but none is whole: never a silent start from zero
 */
export async function latestCheckpoint(
  runDirectory: string,
  stageNames: readonly string[],
  warn: (message: string) => void,
): Promise<LatestCheckpoint | null> {
  const entries = (await listCheckpoints(runDirectory)).filter((entry) => stageNames.includes(entry.stage))
  entries.sort((a, b) => stageNames.indexOf(b.stage) - stageNames.indexOf(a.stage) || b.step - a.step)
  const damaged: CheckpointError[] = []
  for (const { directory } of entries) {
    try {
      return { directory, manifest: await verifyCheckpoint(directory), damaged }
    } catch (error) {
      if (!(error instanceof CheckpointError)) throw error
      warn(`${error.message}; trying the one before`)
      damaged.push(error)
    }
  }
  if (damaged.length === 0) return null
  throw new CheckpointError(
    damaged[0].directory,
    `${damaged[0].problem}, and no checkpoint before it is whole. Put the files back from a copy, or begin anew in ` +
      `another directory:  --run-dir DIR`,
  )
}
