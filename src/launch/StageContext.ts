import type { RenderOptions } from '../data/render/RenderOptions.js'
import type { VerdictLog } from '../checkpoint/VerdictLog.js'
import type { Recipe } from '../recipe/Recipe.js'
import type { Rollout } from '../rollout/Rollout.js'
import type { DataSources } from './DataSources.js'
import type { OpenModel } from './openModel.js'
import type { RunReporter } from './RunReporter.js'

/** What preparing a stage needs. */
export interface StageContext {
  readonly recipe: Recipe
  readonly model: OpenModel
  readonly data: DataSources
  /** How questions become prompts and targets. */
  readonly render: RenderOptions
  /** Tokens a sequence may have, prompt and completion together. */
  readonly maxLength: number
  readonly reporter: RunReporter
  /** Registers what is to be closed when the run ends (a verifier). */
  readonly onClose: (close: () => Promise<void>) => void
  /** Sees every scored batch of a GRPO stage. */
  readonly onRollouts: (stage: string, step: number, rollouts: readonly Rollout[]) => void | Promise<void>
  /** The run's verdict journal; none where nothing is to be kept (a dry run). */
  readonly verdicts?: VerdictLog
  readonly signal?: AbortSignal
}
