/** Why a run stopped short; a fixed list, for schedulers. */
export type RunCause =
  | 'signal'
  | 'unknown_share'
  | 'gold_fails'
  | 'loss_not_finite'
  | 'replay_mismatch'
  | 'disk'
  | 'memory'
  | 'input'
  | 'error'

/** run.json: what a scheduler or a dashboard polls. */
export interface RunStatus {
  readonly schema: 'fintune.run/1'
  readonly status: 'running' | 'interrupted' | 'done' | 'failed'
  readonly cause?: RunCause
  readonly message?: string
  readonly stage: string
  readonly step: number
  readonly stepsTotal: number
  readonly attempt: number
  readonly startedAt: string
  readonly updatedAt: string
  readonly host: string
  readonly pid: number
  readonly versions: Readonly<Record<string, string>>
  readonly data: readonly { readonly path: string; readonly sha256: string; readonly examples: number }[]
  readonly model: { readonly path: string; readonly sha256: string }
}
