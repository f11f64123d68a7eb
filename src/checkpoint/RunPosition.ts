/** Where a run stands: what must be known, beside the engine's state, to go on as if nothing had happened. */
export interface RunPosition {
  readonly stageIndex: number
  readonly stage: string
  /** Last finished optimizer step within the stage; 0 at its beginning. */
  readonly step: number
  readonly globalStep: number
  readonly stageDone: boolean
  /** What the stage itself carries from step to step, as JSON. */
  readonly carry: unknown
  /** Metrics of the last step while it is not logged yet: its weights are in, the evaluation that goes with it is not. */
  readonly unlogged?: Readonly<Record<string, number>>
}
