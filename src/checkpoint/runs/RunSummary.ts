import type { RunStatus } from '../RunStatus.js'

/** How a run stands, for a listing. What is not known is absent. */
export interface RunSummary {
  readonly name: string
  readonly directory: string
  /** As run.json has it. */
  readonly status: RunStatus['status']
  readonly cause?: RunStatus['cause']
  readonly message?: string
  /** Whether its process works on it; of one that says `running` and does not, nothing but steps since the last checkpoint is lost. */
  readonly alive: boolean
  readonly stage: string
  /** Optimizer steps finished, and all there are. */
  readonly step: number
  readonly stepsTotal: number
  /** Share of the optimizer steps. */
  readonly progress: number
  readonly attempt: number
  readonly startedAt: string
  readonly updatedAt: string
  readonly host: string
  readonly pid: number
  /** When the last optimizer step would end at the pace of the last ones; while it runs. */
  readonly estimatedEnd?: string
  /** The last step's metrics. */
  readonly metrics: Readonly<Record<string, number>>
}
