/** One line of steps.jsonl: one optimizer step. Values that are not known are absent, never null or NaN. */
export interface StepLogLine {
  readonly schema: 'fintune.step/1'
  readonly run: string
  /** 1 for the first process that worked on the run, one more with each resume. */
  readonly attempt: number
  readonly stage: string
  readonly stageIndex: number
  /** Counts from 1 within its stage. */
  readonly step: number
  /** Counts optimizer steps over all stages. */
  readonly globalStep: number
  /** When the step ended, ISO 8601 in UTC. */
  readonly time: string
  readonly metrics: Readonly<Record<string, number>>
}
