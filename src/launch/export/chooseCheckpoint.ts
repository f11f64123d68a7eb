import type { CheckpointManifest } from '../../checkpoint/CheckpointManifest.js'
import { latestCheckpoint } from '../../checkpoint/latestCheckpoint.js'
import { retainedCheckpoints } from '../../checkpoint/retainedCheckpoints.js'
import type { RunDirectory } from '../../checkpoint/RunDirectory.js'
import { verifyCheckpoint } from '../../checkpoint/verifyCheckpoint.js'
import { InputError } from '../../lib/InputError.js'
import type { Recipe } from '../../recipe/Recipe.js'

/**
 * The checkpoint that `last`, `best`, a stage's name or stage/step stands for, verified.
 *
 * @throws InputError where there is no such checkpoint; CheckpointError where it is damaged
 */
export async function chooseCheckpoint(
  run: RunDirectory,
  { stages, checkpoint: retention }: Recipe,
  wanted: string,
  warn: (message: string) => void,
): Promise<{ directory: string; manifest: CheckpointManifest }> {
  const stageNames = stages.map(({ name }) => name)
  if (wanted === 'last') {
    const latest = await latestCheckpoint(run.path, stageNames, warn)
    if (latest) return latest
    throw new InputError(`${run.path} has no checkpoint yet`)
  }
  const entries = await retainedCheckpoints(run.path, stageNames, retention)
  const found = entries.findLast(({ stage, step, reasons }) =>
    wanted === 'best' ? reasons.includes('best') : wanted === stage || wanted === `${stage}/${step}`,
  )
  if (found) return { directory: found.directory, manifest: await verifyCheckpoint(found.directory) }
  const names = entries.map(({ stage, step }) => `${stage}/${step}`)
  throw new InputError(
    `--checkpoint: found ${JSON.stringify(wanted)}; allowed: last, ${retention.keepBest ? 'best, ' : ''}a stage's name, ` +
      `or one of ${names.join(', ') || '(none yet)'}`,
  )
}
