import type { StepGuard } from '../engine/StepGuard.js'

/** A stage that takes optimizer steps; what launch drives, whichever algorithm it is. */
export interface TrainingStage {
  readonly totalSteps: number
  /** Tokens a step runs through training, about; completions counted at full length. */
  readonly tokensPerStep: number
  /**
   * Takes optimizer step `step` (from 1) and returns its metrics under the step log's names.
   * An update that the guard does not let pass is left out: `watchdog/skipped` is 1 then, and `watchdog/not_finite` where
   * that is why; the step counts all the same.
   * Throws the signal's reason when aborted; the weights are then still those of the step before.
   */
  runStep(step: number, signal: AbortSignal, guard: StepGuard): Promise<Record<string, number>>
  /** What the next step needs that neither the recipe, the seed nor the weights hold; plain JSON, kept in checkpoints. */
  carry(): unknown
  restore(carry: unknown): void
}
