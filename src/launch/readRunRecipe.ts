import { parse } from 'yaml'
import type { RunDirectory } from '../checkpoint/RunDirectory.js'
import { InputError } from '../lib/InputError.js'
import type { Recipe } from '../recipe/Recipe.js'

/**
 * The recipe that a run was begun with, every default in it. It was checked then; secrets in it are still masked.
 *
 * @throws InputError where recipe.yaml cannot be read
 */
export function readRunRecipe(run: RunDirectory): Recipe {
  try {
    return parse(run.readRecipe()) as Recipe
  } catch (cause) {
    throw new InputError(
      `${run.path}/recipe.yaml cannot be read (${(cause as Error).message}). It holds the recipe the run was begun with: ` +
        'put it back from a copy, or begin anew with --run-dir DIR.',
      { cause },
    )
  }
}
