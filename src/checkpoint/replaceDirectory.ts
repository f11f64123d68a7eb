import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { disk } from '../lib/disk.js'

/**
 * Renames a finished directory to its place. What was there is moved aside first and deleted last, so that at every
 * instant one of the two is whole on disk; `tidyRunDirectory` mends what a crash in between leaves.
 */
export async function replaceDirectory(from: string, to: string): Promise<void> {
  const replaced = `${to}.replaced`
  await rm(replaced, { recursive: true, force: true })
  if (existsSync(to)) await disk.rename(to, replaced)
  await disk.rename(from, to)
  await rm(replaced, { recursive: true, force: true })
}
