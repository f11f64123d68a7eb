import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { CheckpointError } from './CheckpointError.js'
import type { LogExtent } from './LogExtent.js'

/**
 * Checks that a log begins with what a checkpoint's manifest covers of it.
 *
 * @param directory the checkpoint's, for the message
 * @throws CheckpointError where the log is shorter or differs
 */
export async function verifyLog(directory: string, path: string, extent: LogExtent): Promise<void> {
  if (extent.bytes === 0) return
  const hash = createHash('sha256')
  let bytes = 0
  try {
    for await (const chunk of createReadStream(path, { end: extent.bytes - 1 })) {
      hash.update(chunk as Buffer)
      bytes += (chunk as Buffer).length
    }
  } catch (error) {
    throw new CheckpointError(
      directory,
      `${path}, which it covers, cannot be read (${(error as Error).message})`,
      'log',
    )
  }
  if (bytes < extent.bytes) {
    throw new CheckpointError(directory, `${path} has ${bytes} bytes, not the ${extent.bytes} that it covers`, 'log')
  }
  if (hash.digest('hex') !== extent.sha256) {
    throw new CheckpointError(
      directory,
      `${path} is damaged within the ${bytes} bytes that it covers (SHA-256 differs)`,
      'log',
    )
  }
}
