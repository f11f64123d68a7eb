import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheFolder } from './cacheFolder.js'
import type { HubId } from './HubId.js'
import { shardNames } from './shardNames.js'

/** The snapshot directory of a model that is whole in the cache (config and, where asked for, all weights), else null. */
export async function findCachedModel(cacheDir: string, id: HubId, weights = true): Promise<string | null> {
  const folder = cacheFolder(cacheDir, id)
  const reference = await readFile(join(folder, 'refs', id.revision), 'utf8').catch(() => id.revision)
  const snapshot = join(folder, 'snapshots', reference.trim())
  const needed = ['config.json', ...(weights ? [] : ['tokenizer.json'])]
  for (const name of needed) if (!(await exists(join(snapshot, name)))) return null
  return !weights || (await hasWeights(snapshot)) ? snapshot : null
}

async function hasWeights(snapshot: string): Promise<boolean> {
  if (await exists(join(snapshot, 'model.safetensors'))) return true
  const shards = await readFile(join(snapshot, 'model.safetensors.index.json'), 'utf8').then(shardNames, () => null)
  if (shards === null) return false
  const found = await Promise.all(shards.map((shard) => exists(join(snapshot, shard))))
  return found.every(Boolean)
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null
}
