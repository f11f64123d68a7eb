import type { EvalOptions } from '../eval/EvalOptions.js'
import type { EvalStage, GrpoStage, SftStage } from '../recipe/Recipe.js'
import type { TrainingStage } from '../rollout/TrainingStage.js'

/** An evaluation that is ready to run; signal and progress come with the run. */
export type PreparedEvaluation = Omit<EvalOptions, 'signal' | 'onProgress'>

/** A stage whose data is read, rendered and tokenised: nothing about its input can fail any more. */
export type PreparedStage =
  | {
      readonly type: 'train'
      readonly spec: SftStage | GrpoStage
      readonly training: TrainingStage
      /** The policy as the stage begins is frozen for KL. */
      readonly needsReference: boolean
      /** Evaluated every so many steps, metrics into the step's line. */
      readonly evaluate: { readonly everySteps: number; readonly evaluations: readonly PreparedEvaluation[] } | null
      /** Who verifies its completions: rules, model and prompt. */
      readonly verifier?: string
      /** Training sequences or prompts, for the plan. */
      readonly examples: number
    }
  | { readonly type: 'eval'; readonly spec: EvalStage; readonly evaluations: readonly PreparedEvaluation[] }
