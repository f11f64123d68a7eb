import { readdir, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Engine } from '../engine/Engine.js'
import { disk } from '../lib/disk.js'
import { sha256File } from '../lib/sha256File.js'
import { writeFileAtomic } from '../lib/writeFileAtomic.js'
import { checkpointDirectory } from './checkpointDirectory.js'
import type { CheckpointManifest } from './CheckpointManifest.js'
import { encodeManifest } from './encodeManifest.js'
import { replaceDirectory } from './replaceDirectory.js'
import { requireFreeSpace } from './requireFreeSpace.js'

export interface CheckpointToSave {
  readonly runDirectory: string
  readonly engine: Engine
  readonly content: Omit<CheckpointManifest, 'schema' | 'files' | 'sha256'>
  /** Training goes on while the files are written. */
  readonly whileTraining: boolean
}

const bytesPerFloat = 4
/** Weights, two moments, the reference. */
const copies = 4
const smallFilesBytes = 1 << 20

/**
 * Writes `<run>/<stage>/step-NNNNNN/`: under a temporary name, every file fsynced and hashed, then renamed.
 * A checkpoint of the same name that is already there gives way to it at once.
 *
 * @returns once the engine was asked for its state, so that what it is told from then on is not part of it; `written`
 *   gives the checkpoint's directory
 * @throws FreeSpaceError before anything is written; DiskError (`written` too). What was there before is untouched then.
 */
export async function saveCheckpoint({
  runDirectory,
  engine,
  content,
  whileTraining,
}: CheckpointToSave): Promise<{ readonly written: Promise<string> }> {
  const { stage, step } = content.position
  const directory = checkpointDirectory(runDirectory, stage, step)
  const temporary = `${directory}.${process.pid}.tmp`
  await rm(temporary, { recursive: true, force: true })
  await disk.makeDirectory(temporary)
  const { trainableParameters } = engine.capabilities()
  await requireFreeSpace(temporary, copies * bytesPerFloat * trainableParameters + smallFilesBytes).catch(clearAway)
  const state = engine.saveState(temporary, { whileTraining })
  return { written: finish(state).catch(clearAway) }

  async function finish(saved: Promise<void>): Promise<string> {
    await saved
    const files = await hashFiles(temporary)
    const manifest = encodeManifest({ schema: 'fintune.checkpoint/1', ...content, files })
    await writeFileAtomic(join(temporary, 'manifest.json'), manifest)
    await replaceDirectory(temporary, directory)
    await disk.syncPath(dirname(directory))
    return directory
  }

  async function clearAway(error: unknown): Promise<never> {
    await rm(temporary, { recursive: true, force: true })
    throw error
  }
}

async function hashFiles(directory: string): Promise<CheckpointManifest['files']> {
  const files = []
  for (const path of (await readdir(directory)).sort()) {
    const full = join(directory, path)
    await disk.syncPath(full)
    files.push({ path, size: (await stat(full)).size, sha256: await sha256File(full) })
  }
  return files
}
