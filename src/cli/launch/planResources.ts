import type { JobResources } from '../../launch/jobs/JobResources.js'
import { resourcesOf } from '../../launch/jobs/resourcesOf.js'
import type { Recipe } from '../../recipe/Recipe.js'
import { terminalReporter } from '../run/terminalReporter.js'

/** A job's processors and memory, told at stderr while the recipe is opened for its plan. */
export async function planResources(
  recipe: Recipe,
  given: { readonly cpus?: number; readonly memoryMiB?: number },
): Promise<JobResources> {
  const reporter = terminalReporter()
  try {
    return await resourcesOf(recipe, given, reporter)
  } finally {
    reporter.close()
  }
}
