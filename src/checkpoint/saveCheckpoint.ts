import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Engine } from '../engine/Engine.js'
import { sha256File } from '../lib/sha256File.js'
import { syncPath } from '../lib/syncPath.js'
import { writeFileAtomic } from '../lib/writeFileAtomic.js'
import type { CheckpointManifest } from './CheckpointManifest.js'
import type { RunPosition } from './RunPosition.js'

/**
 * Writes `<run>/<stage>/step-NNNNNN/`: under a temporary name, every file fsynced and hashed, then renamed.
 * A checkpoint of the same name that is already there is the same state; it is replaced.
 *
 * @returns the checkpoint's directory
 */
export async function saveCheckpoint(options: {
  runDirectory: string
  engine: Engine
  position: RunPosition
  metrics: Readonly<Record<string, number>>
}): Promise<string> {
  const { runDirectory, engine, position, metrics } = options
  const directory = join(runDirectory, position.stage, `step-${String(position.step).padStart(6, '0')}`)
  const temporary = `${directory}.${process.pid}.tmp`
  await rm(temporary, { recursive: true, force: true })
  await mkdir(temporary, { recursive: true })
  try {
    await engine.saveState(temporary)
    const manifest: CheckpointManifest = {
      schema: 'fintune.checkpoint/1',
      position,
      metrics,
      files: await hashFiles(temporary),
      stepLog: await hashStepLog(join(runDirectory, 'steps.jsonl')),
    }
    await writeFileAtomic(join(temporary, 'manifest.json'), JSON.stringify(manifest, null, 2) + '\n')
    await rm(directory, { recursive: true, force: true })
    await rename(temporary, directory)
    await syncPath(dirname(directory))
  } catch (error) {
    await rm(temporary, { recursive: true, force: true })
    throw error
  }
  return directory
}

async function hashFiles(directory: string): Promise<CheckpointManifest['files']> {
  const files = []
  for (const path of (await readdir(directory)).sort()) {
    const full = join(directory, path)
    await syncPath(full)
    files.push({ path, size: (await stat(full)).size, sha256: await sha256File(full) })
  }
  return files
}

async function hashStepLog(path: string): Promise<CheckpointManifest['stepLog']> {
  const hash = createHash('sha256')
  let bytes = 0
  if (existsSync(path)) {
    for await (const chunk of createReadStream(path)) {
      hash.update(chunk as Buffer)
      bytes += (chunk as Buffer).length
    }
  }
  return { bytes, sha256: hash.digest('hex') }
}
