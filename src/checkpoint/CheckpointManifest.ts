import type { LogExtent } from './LogExtent.js'
import type { RunPosition } from './RunPosition.js'

/** manifest.json of a checkpoint: what lies in it, what it stands on, and how long the run's logs were. */
export interface CheckpointManifest {
  readonly schema: 'fintune.checkpoint/1'
  readonly position: RunPosition
  readonly metrics: Readonly<Record<string, number>>
  readonly inputs: CheckpointInputs
  /** Names relative to the checkpoint. */
  readonly files: readonly { readonly path: string; readonly size: number; readonly sha256: string }[]
  readonly stepLog: LogExtent
  /** The verdict journal: what a repeated step finds in it. */
  readonly verdicts: LogExtent
  /** Of everything above, so that damage to the manifest itself is found. */
  readonly sha256: string
}

/** What a run was made with, by reference: a checkpoint holds only what training changes. */
export interface CheckpointInputs {
  /** The weights the run began from. */
  readonly model: { readonly path: string; readonly sha256: string }
  readonly data: readonly { readonly path: string; readonly sha256: string; readonly examples: number }[]
  /** Program, engine and kernels. */
  readonly versions: Readonly<Record<string, string>>
}
