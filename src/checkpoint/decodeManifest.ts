import { createHash } from 'node:crypto'
import { normalize, isAbsolute } from 'node:path'
import type { CheckpointManifest } from './CheckpointManifest.js'

/**
 * Reads the text of a manifest.json. Not one bit of it may differ from what was written: its hash is checked, and that
 * it is written as we write it.
 *
 * @throws Error saying what is wrong
 */
export function decodeManifest(text: string): CheckpointManifest {
  const manifest = JSON.parse(text) as CheckpointManifest
  const { schema, sha256, ...rest } = manifest
  if (schema !== 'fintune.checkpoint/1') {
    throw new Error(`its schema is ${JSON.stringify(schema)}; this version reads fintune.checkpoint/1`)
  }
  const hash = createHash('sha256')
    .update(JSON.stringify({ schema, ...rest }))
    .digest('hex')
  if (hash !== sha256 || `${JSON.stringify(manifest, null, 2)}\n` !== text) throw new Error('it is damaged')
  const escaping = manifest.files.find(({ path }) => isAbsolute(path) || normalize(path).startsWith('..'))
  if (escaping) throw new Error(`it names a file outside the checkpoint: ${escaping.path}`)
  return manifest
}
