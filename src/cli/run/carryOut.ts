import { print } from '../print.js'
import { stopSignal } from '../stopSignal.js'

export interface CarryOutOptions {
  readonly file: string
  readonly set: readonly string[]
  readonly resume: 'never' | 'auto' | 'must'
  readonly runDir?: string
  readonly maxSteps?: number
  readonly dryRun: boolean
  readonly json: boolean
}

/** Loads a recipe and runs it (or says what it would take), telling people at stderr and printing the outcome. */
export async function carryOut({ file, set, resume, runDir, maxSteps, dryRun, json }: CarryOutOptions): Promise<void> {
  const { loadRecipe } = await import('../../recipe/loadRecipe.js')
  const recipe = await loadRecipe(file, { set })
  const { terminalReporter } = await import('./terminalReporter.js')
  const reporter = terminalReporter()
  try {
    if (dryRun) {
      const { planRecipe } = await import('../../launch/planRecipe.js')
      const plan = await planRecipe(recipe, reporter)
      reporter.close()
      const { planText } = await import('./planText.js')
      return print(json ? plan : planText(plan, file))
    }
    const { carryOnAfterLoss } = await import('../../launch/carryOnAfterLoss.js')
    const outcome = await carryOnAfterLoss(recipe, {
      runDirectory: runDir,
      resume,
      maxSteps,
      reporter,
      signal: stopSignal,
    })
    reporter.close()
    const { outcomeText } = await import('./outcomeText.js')
    const last = recipe.stages.findLast((stage) => stage.type !== 'eval')
    const model = last ? `${outcome.directory}/${last.name}/model` : null
    print(json ? outcome : outcomeText(outcome, reporter.rewards, model))
  } finally {
    reporter.close()
  }
}
