import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { CheckpointManifest } from './CheckpointManifest.js'
import { listCheckpoints } from './listCheckpoints.js'

/** Which checkpoints stay: the last K, the one at each stage's end, and the best by a metric of the step log. */
export interface Retention {
  readonly keepLast: number
  readonly keepBest?: { readonly metric: string; readonly mode: 'max' | 'min' }
}

/** Deletes what retention does not keep; returns the directories that went. */
export async function pruneCheckpoints(
  runDirectory: string,
  stageNames: readonly string[],
  retention: Retention,
): Promise<string[]> {
  const entries = (await listCheckpoints(runDirectory)).filter((entry) => stageNames.includes(entry.stage))
  entries.sort((a, b) => stageNames.indexOf(a.stage) - stageNames.indexOf(b.stage) || a.step - b.step)
  const manifests = await Promise.all(entries.map(({ directory }) => readManifest(directory)))
  const kept = new Set(entries.slice(-retention.keepLast).map((entry) => entry.directory))
  entries.forEach((entry, i) => manifests[i]?.position.stageDone && kept.add(entry.directory))
  const best = retention.keepBest && bestEntry(manifests, retention.keepBest)
  if (best !== undefined && best >= 0) kept.add(entries[best].directory)
  const gone = entries.map((entry) => entry.directory).filter((directory) => !kept.has(directory))
  for (const directory of gone) await rm(directory, { recursive: true, force: true })
  return gone
}

function bestEntry(
  manifests: readonly (CheckpointManifest | null)[],
  { metric, mode }: { metric: string; mode: 'max' | 'min' },
): number {
  const sign = mode === 'min' ? -1 : 1
  let best = -1
  manifests.forEach((manifest, i) => {
    const value = manifest?.metrics[metric]
    if (value === undefined) return
    if (best < 0 || sign * value >= sign * manifests[best]!.metrics[metric]) best = i
  })
  return best
}

async function readManifest(directory: string): Promise<CheckpointManifest | null> {
  try {
    return JSON.parse(await readFile(join(directory, 'manifest.json'), 'utf8')) as CheckpointManifest
  } catch {
    return null // a damaged one is left for latestCheckpoint to name
  }
}
