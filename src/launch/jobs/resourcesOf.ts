import type { Recipe } from '../../recipe/Recipe.js'
import { planRecipe } from '../planRecipe.js'
import type { RunReporter } from '../RunReporter.js'
import type { JobResources } from './JobResources.js'
import { NODE_MIB } from './nodeMemory.js'

/** The plan's memory is an estimate. */
const HEADROOM = 1.3
const STEP_MIB = 256

/**
 * Processors and memory for a recipe: those given, the others from its plan (for which everything it names is opened).
 * Memory is the plan's with headroom, and what is not to be the tensors'; processors are the engine's threads.
 */
export async function resourcesOf(
  recipe: Recipe,
  given: { readonly cpus?: number; readonly memoryMiB?: number },
  reporter: RunReporter,
): Promise<JobResources> {
  const { cpus, memoryMiB } = given
  if (cpus !== undefined && memoryMiB !== undefined) return { cpus, memoryMiB }
  const { engine, memoryBytes } = await planRecipe(recipe, reporter)
  const needed = (HEADROOM * memoryBytes) / 2 ** 20 + NODE_MIB
  return { cpus: cpus ?? Math.max(1, engine.threads), memoryMiB: memoryMiB ?? Math.ceil(needed / STEP_MIB) * STEP_MIB }
}
