import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { sha256File } from '../lib/sha256File.js'
import { modelFiles } from './modelFiles.js'

/** Which model a run began from: the directory, and a SHA-256 over the names and hashes of the files that count. */
export async function modelIdentity(directory: string | null): Promise<{ path: string; sha256: string }> {
  if (directory === null) return { path: 'fresh', sha256: '' }
  const hash = createHash('sha256')
  for (const name of await modelFiles(directory)) hash.update(`${name} ${await sha256File(join(directory, name))}\n`)
  return { path: directory, sha256: hash.digest('hex') }
}
