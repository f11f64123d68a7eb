import { createHash } from 'node:crypto'
import { maskSecrets } from '../lib/maskSecrets.js'
import type { CheckpointManifest } from './CheckpointManifest.js'

/** A manifest as the text of manifest.json, with the SHA-256 of its content; secrets masked. */
export function encodeManifest(content: Omit<CheckpointManifest, 'sha256'>): string {
  const body = maskSecrets(JSON.stringify(content))
  const sha256 = createHash('sha256').update(body).digest('hex')
  return `${JSON.stringify({ ...(JSON.parse(body) as object), sha256 }, null, 2)}\n`
}
