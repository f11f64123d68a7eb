import type { Recipe } from '../../recipe/Recipe.js'
import { runRecipeText } from '../runRecipeText.js'

/**
 * A recipe as resolved now, YAML, secrets masked: a job runs this copy, so that a later edit of the file does not reach
 * it.
 */
export function jobRecipe(recipe: Recipe, from: string): string {
  return `# ${from}, as resolved when its job was written\n${runRecipeText(recipe)}`
}
