import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** How far below the given folder a run may lie: a run, a sweep's runs, and one folder above these. */
const DEPTH = 3

/** The run directories (those with a run.json) in a folder, or the folder itself, by path. Runs lie in no other run. */
export function findRuns(folder: string, depth = DEPTH): string[] {
  if (existsSync(join(folder, 'run.json'))) return [folder]
  if (depth === 0) return []
  const folders = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  return folders
    .map(({ name }) => name)
    .sort()
    .flatMap((name) => findRuns(join(folder, name), depth - 1))
}
