import { existsSync } from 'node:fs'
import { readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Mends what a killed process left: half-written files and directories (`*.tmp`) go, a directory that was moved aside
 * for one that never came (`*.replaced`) comes back. Only for whoever holds the run.
 */
export async function tidyRunDirectory(runDirectory: string): Promise<void> {
  await tidy(runDirectory)
  for (const entry of await readdir(runDirectory, { withFileTypes: true })) {
    if (entry.isDirectory()) await tidy(join(runDirectory, entry.name))
  }
}

async function tidy(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    const path = join(directory, name)
    if (/\.tmp$/.test(name)) await rm(path, { recursive: true, force: true })
    if (!name.endsWith('.replaced')) continue
    const place = path.slice(0, -'.replaced'.length)
    if (existsSync(place)) await rm(path, { recursive: true, force: true })
    else await rename(path, place)
  }
}
