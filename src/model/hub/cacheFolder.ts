import { join } from 'node:path'
import type { HubId } from './HubId.js'

/** A model's folder in the cache, as all of the hub's tools name it: refs/, blobs/ and snapshots/ lie there. */
export function cacheFolder(cacheDir: string, id: HubId): string {
  return join(cacheDir, `models--${id.name.replaceAll('/', '--')}`)
}
