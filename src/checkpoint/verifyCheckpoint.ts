import { readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { sha256File } from '../lib/sha256File.js'
import { CheckpointError } from './CheckpointError.js'
import type { CheckpointManifest } from './CheckpointManifest.js'
import { decodeManifest } from './decodeManifest.js'
import { logFiles } from './logFiles.js'
import { verifyLog } from './verifyLog.js'

/**
 * Reads a checkpoint's manifest and checks it, every file it lists (size and SHA-256), and the part of the run's logs
 * that it covers.
 *
 * @param directory `<run>/<stage>/step-NNNNNN`
 * @throws CheckpointError that names the first file that is missing or damaged
 */
export async function verifyCheckpoint(directory: string): Promise<CheckpointManifest> {
  const manifest = await readManifest(directory)
  for (const file of manifest.files) {
    const path = join(directory, file.path)
    const size = await stat(path).then(
      (found) => found.size,
      () => -1,
    )
    if (size < 0) throw new CheckpointError(directory, `${file.path} is missing`)
    if (size !== file.size) throw new CheckpointError(directory, `${file.path} has ${size} bytes, not ${file.size}`)
    const sha256 = await sha256File(path).catch((error: Error) => {
      throw new CheckpointError(directory, `${file.path} cannot be read (${error.message})`)
    })
    if (sha256 !== file.sha256) throw new CheckpointError(directory, `${file.path} is damaged (SHA-256 differs)`)
  }
  const run = dirname(dirname(directory))
  await verifyLog(directory, join(run, logFiles.steps), manifest.stepLog)
  await verifyLog(directory, join(run, logFiles.verdicts), manifest.verdicts)
  return manifest
}

async function readManifest(directory: string): Promise<CheckpointManifest> {
  try {
    return decodeManifest(await readFile(join(directory, 'manifest.json'), 'utf8'))
  } catch (error) {
    throw new CheckpointError(directory, `manifest.json cannot be used: ${(error as Error).message}`)
  }
}
