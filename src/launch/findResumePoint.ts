import { rename, rm } from 'node:fs/promises'
import type { CheckpointInputs } from '../checkpoint/CheckpointManifest.js'
import { latestCheckpoint } from '../checkpoint/latestCheckpoint.js'
import type { RunDirectory } from '../checkpoint/RunDirectory.js'
import { tidyRunDirectory } from '../checkpoint/tidyRunDirectory.js'
import type { LogExtent } from '../checkpoint/LogExtent.js'
import type { RunPosition } from '../checkpoint/RunPosition.js'
import { beginning } from './beginning.js'
import type { RunReporter } from './RunReporter.js'

/** Where a run goes on. */
export interface ResumePoint {
  readonly position: RunPosition
  /** The checkpoint to load; null: before the first one. */
  readonly directory: string | null
  /** What the checkpoint was made with. */
  readonly inputs: CheckpointInputs | null
  /** The part of the logs that is known to be whole. */
  readonly covered: { readonly stepLog: LogExtent; readonly verdicts: LogExtent } | null
  /** A newer checkpoint covers more of the logs, but that part is damaged. */
  readonly logsDamaged: boolean
}

/** Before the first step of the first stage. */
const atBeginning: ResumePoint = {
  position: beginning,
  directory: null,
  inputs: null,
  covered: null,
  logsDamaged: false,
}

/**
 * The last whole checkpoint of a run that is held; its beginning where it has none. What a killed process left half-done
 * is mended first. Damaged ones after it are set aside (`.damaged`),
 * so that they are neither counted nor met again.
 *
 * @throws CheckpointError where there are checkpoints and none is whole
 */
export async function findResumePoint(
  run: RunDirectory,
  stageNames: readonly string[],
  reporter: RunReporter,
): Promise<ResumePoint> {
  if (!run.exists) return atBeginning
  await tidyRunDirectory(run.path)
  const latest = await latestCheckpoint(run.path, stageNames, (message) => reporter.warn(message))
  if (!latest) {
    reporter.say(`${run.path} has no checkpoint yet: its steps are run again from the first`)
    return atBeginning
  }
  for (const { directory } of latest.damaged) {
    await rm(`${directory}.damaged`, { recursive: true, force: true })
    await rename(directory, `${directory}.damaged`)
    reporter.warn(`set aside as ${directory}.damaged`)
  }
  const { position, inputs, stepLog, verdicts } = latest.manifest
  return {
    position,
    directory: latest.directory,
    inputs,
    covered: { stepLog, verdicts },
    logsDamaged: latest.damaged.some(({ where }) => where === 'log'),
  }
}
