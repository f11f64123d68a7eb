import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CheckpointManifest } from './CheckpointManifest.js'
import { decodeManifest } from './decodeManifest.js'
import { listCheckpoints, type CheckpointEntry } from './listCheckpoints.js'
import type { Retention } from './Retention.js'

/** A checkpoint, its manifest where that can be read, and why it stays; no reason: it goes. */
export interface RetainedCheckpoint extends CheckpointEntry {
  readonly manifest: CheckpointManifest | null
  readonly reasons: readonly ('last' | 'stage end' | 'every' | 'best')[]
}

/** A run's checkpoints in order, each with the reasons for which retention keeps it. */
export async function retainedCheckpoints(
  runDirectory: string,
  stageNames: readonly string[],
  { keepLast, keepEvery, keepBest }: Retention,
): Promise<RetainedCheckpoint[]> {
  const entries = (await listCheckpoints(runDirectory)).filter((entry) => stageNames.includes(entry.stage))
  entries.sort((a, b) => stageNames.indexOf(a.stage) - stageNames.indexOf(b.stage) || a.step - b.step)
  const manifests = await Promise.all(entries.map(({ directory }) => readManifest(directory)))
  const best = keepBest && bestEntry(manifests, keepBest)
  return entries.map((entry, i) => {
    const reasons: RetainedCheckpoint['reasons'][number][] = []
    if (i >= entries.length - keepLast) reasons.push('last')
    if (manifests[i]?.position.stageDone) reasons.push('stage end')
    if (keepEvery !== undefined && entry.step % keepEvery === 0) reasons.push('every')
    if (i === best) reasons.push('best')
    return { ...entry, manifest: manifests[i], reasons }
  })
}

function bestEntry(
  manifests: readonly (CheckpointManifest | null)[],
  { metric, mode }: NonNullable<Retention['keepBest']>,
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
    return decodeManifest(await readFile(join(directory, 'manifest.json'), 'utf8'))
  } catch {
    return null // a damaged one is left for latestCheckpoint to name
  }
}
