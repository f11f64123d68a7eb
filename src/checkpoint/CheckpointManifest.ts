import type { RunPosition } from './RunPosition.js'

/** manifest.json of a checkpoint: what lies in it, and how long the step log was. */
export interface CheckpointManifest {
  readonly schema: 'fintune.checkpoint/1'
  readonly position: RunPosition
  readonly metrics: Readonly<Record<string, number>>
  readonly files: readonly { readonly path: string; readonly size: number; readonly sha256: string }[]
  readonly stepLog: { readonly bytes: number; readonly sha256: string }
}
