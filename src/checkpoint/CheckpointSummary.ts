/** A checkpoint, for a listing. */
export interface CheckpointSummary {
  readonly stage: string
  readonly step: number
  /** Absent where the manifest cannot be read. */
  readonly globalStep?: number
  readonly directory: string
  readonly sizeBytes: number
  /** When its manifest was written, ISO 8601, UTC. */
  readonly savedAt: string
  /** Why retention keeps it: last, stage end, every, best; none: the next pruning takes it. */
  readonly keptAs: readonly string[]
  readonly metrics: Readonly<Record<string, number>>
}
