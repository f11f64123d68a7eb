import type { CheckpointInputs } from '../checkpoint/CheckpointManifest.js'
import type { RunDirectory } from '../checkpoint/RunDirectory.js'
import { StepLogWriter } from '../checkpoint/StepLogWriter.js'
import type { Recipe } from '../recipe/Recipe.js'
import { applyRecipeChanges } from './applyRecipeChanges.js'
import type { ResumePoint } from './findResumePoint.js'
import type { RunLogs } from './openRunLogs.js'
import type { RecipeChange } from './RecipeChange.js'
import { requireSameInputs } from './requireSameInputs.js'
import type { RunReporter } from './RunReporter.js'

export interface LogsToContinue {
  readonly run: RunDirectory
  readonly point: ResumePoint
  readonly logs: RunLogs
  readonly changes: readonly RecipeChange[]
  readonly inputs: CheckpointInputs
  /** Whether the engine gives the same step the same bits. */
  readonly isReproducible: boolean
}

/**
 * Brings a run's logs to the point from which it goes on, once it is sure that it may: what lies behind is run again.
 *
 * @returns the step log, and which attempt this is
 * @throws InputError where data, weights or recipe have changed in a way that would give other numbers
 */
export async function continueLogs(
  recipe: Recipe,
  { run, point, logs, changes, inputs, isReproducible }: LogsToContinue,
  reporter: RunReporter,
): Promise<{ log: StepLogWriter; attempt: number }> {
  const { position, covered, logsDamaged } = point
  const sameInputs = point.inputs === null || requireSameInputs(run.path, point.inputs, inputs, reporter)
  const attempt = (run.readStatus()?.attempt ?? 0) + 1
  const sameLength = await applyRecipeChanges(run, recipe, changes, { position, attempt, reporter })
  const names = recipe.stages.map(({ name }) => name)
  await logs.completions.rewind(position.stage, position.step, names.slice(position.stageIndex + 1))
  logs.verdicts.open()
  const log = new StepLogWriter(run.stepLogPath, {
    covered: covered?.stepLog,
    dropTail: logsDamaged,
    compare: sameInputs && sameLength && isReproducible,
    warn: (message) => reporter.warn(message),
  })
  return { log, attempt: Math.max(attempt, log.lastAttempt + 1) }
}
