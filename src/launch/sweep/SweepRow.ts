import type { RunSummary } from '../../checkpoint/runs/RunSummary.js'
import type { EvalResult } from '../../eval/EvalResult.js'

/** What became of a sweep's run so far. */
export interface SweepRow {
  readonly values: Readonly<Record<string, string>>
  readonly directory: string
  /** `pending` where it has not begun. */
  readonly status: RunSummary['status'] | 'pending'
  readonly cause?: RunSummary['cause']
  readonly message?: string
  readonly alive: boolean
  readonly step: number
  readonly stepsTotal?: number
  /** The last step's metrics. */
  readonly metrics: RunSummary['metrics']
  /** Those that are finished, in the recipe's order. */
  readonly evaluations: readonly EvalResult[]
}
