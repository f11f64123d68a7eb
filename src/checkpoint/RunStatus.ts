import type { Ledger } from '../metrics/ledger/Ledger.js'
import type { runCauses } from './runCauses.js'

export type RunCause = keyof typeof runCauses

/** run.json: what a scheduler or a dashboard polls. */
export interface RunStatus {
  readonly schema: 'fintune.run/1'
  readonly status: 'running' | 'interrupted' | 'done' | 'failed'
  readonly cause?: RunCause
  readonly message?: string
  readonly stage: string
  /** Optimizer steps finished, over all stages. */
  readonly step: number
  readonly stepsTotal: number
  /** Every stage of the recipe, in order; an evaluation takes no optimizer steps. */
  readonly stages?: readonly { readonly name: string; readonly type: 'sft' | 'grpo' | 'eval'; readonly steps: number }[]
  readonly attempt: number
  /** Where its time went, as of the last stop. */
  readonly ledger?: Ledger
  /** When the run's first process began. */
  readonly startedAt: string
  /** Written at every step and as a heartbeat in between. */
  readonly updatedAt: string
  readonly host: string
  readonly pid: number
  /** SHA-256 of the program's modules. */
  readonly code?: string
  /** Names rules, model and prompt of the verifier; absent where nothing is verified. */
  readonly verifier?: string
  readonly versions: Readonly<Record<string, string>>
  readonly data: readonly { readonly path: string; readonly sha256: string; readonly examples: number }[]
  readonly model: { readonly path: string; readonly sha256: string }
}
