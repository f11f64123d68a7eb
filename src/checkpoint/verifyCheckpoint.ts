import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { sha256File } from '../lib/sha256File.js'
import { CheckpointError } from './CheckpointError.js'
import type { CheckpointManifest } from './CheckpointManifest.js'

/**
 * Reads a checkpoint's manifest and checks every file it lists, by size and SHA-256.
 *
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
    if ((await sha256File(path)) !== file.sha256)
      throw new CheckpointError(directory, `${file.path} is damaged (SHA-256 differs)`)
  }
  return manifest
}

async function readManifest(directory: string): Promise<CheckpointManifest> {
  try {
    const manifest = JSON.parse(await readFile(join(directory, 'manifest.json'), 'utf8')) as CheckpointManifest
    if (manifest.schema === 'fintune.checkpoint/1') return manifest
    throw new CheckpointError(
      directory,
      `manifest.json has schema ${manifest.schema}; this version reads fintune.checkpoint/1`,
    )
  } catch (error) {
    if (error instanceof CheckpointError) throw error
    throw new CheckpointError(directory, `manifest.json cannot be read (${(error as Error).message})`)
  }
}
