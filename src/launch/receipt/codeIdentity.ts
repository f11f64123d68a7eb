import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/** SHA-256 over the names and contents of this program's modules as they run now: built ones, or sources under test. */
export function codeIdentity(): string {
  const root = join(dirname(fileURLToPath(import.meta.url)), '../..')
  const hash = createHash('sha256')
  for (const file of modulesIn(root)) {
    hash.update(`${relative(root, file)}\n`)
    hash.update(readFileSync(file))
  }
  return hash.digest('hex')
}

function modulesIn(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return modulesIn(path)
    return /(?<!\.d)\.(js|ts)$/.test(entry.name) ? [path] : []
  })
}
