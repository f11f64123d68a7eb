import { rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { replaceDirectory } from '../checkpoint/replaceDirectory.js'
import type { Engine } from '../engine/Engine.js'
import { disk } from '../lib/disk.js'

/** Weights for others to load, written whole or not at all, before the checkpoint that says the stage is done. */
export async function saveStageModel(engine: Engine, directory: string): Promise<void> {
  const temporary = `${directory}.tmp`
  await rm(temporary, { recursive: true, force: true })
  await disk.makeDirectory(temporary)
  await engine.saveWeights(temporary)
  await replaceDirectory(temporary, directory)
  await disk.syncPath(dirname(directory))
}
