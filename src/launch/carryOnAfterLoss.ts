import { RunDirectory } from '../checkpoint/RunDirectory.js'
import { EngineLostError } from '../engine/EngineLostError.js'
import { join } from 'node:path'
import type { Recipe } from '../recipe/Recipe.js'
import { runRecipe, type RunOptions } from './runRecipe.js'
import type { RunOutcome } from './RunReporter.js'

/** Losses in a row, without a step between them, after which it is given up. */
const maxLossesInPlace = 3

/**
 * runRecipe, and where a remote engine lost what it held (or nobody knows whether it took a step): on from the last
 * checkpoint, as --resume=must does it, until the same step was lost three times.
 */
export async function carryOnAfterLoss(recipe: Recipe, options: RunOptions): Promise<RunOutcome> {
  const run = new RunDirectory(options.runDirectory ?? join(recipe.output, recipe.name))
  let resume = options.resume
  let lost = { step: -1, times: 0 }
  for (;;) {
    try {
      return await runRecipe(recipe, { ...options, resume })
    } catch (error) {
      if (!(error instanceof EngineLostError) || options.signal.aborted) throw error
      const step = run.readStatus()?.step ?? 0
      lost = { step, times: step === lost.step ? lost.times + 1 : 1 }
      if (lost.times >= maxLossesInPlace) throw error
      options.reporter.warn(`${error.message}; going on from the last checkpoint`)
      resume = 'auto'
    }
  }
}
