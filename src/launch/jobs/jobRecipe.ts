import { stringify } from 'yaml'
import type { Recipe } from '../../recipe/Recipe.js'

/** A recipe as resolved now, YAML: a job runs this copy, so that a later edit of the file does not reach it. */
export function jobRecipe(recipe: Recipe, from: string): string {
  const plain: unknown = JSON.parse(JSON.stringify(recipe)) // undefined values go: YAML has no word for them
  return `# ${from}, as resolved when its job was written\n${stringify(plain)}`
}
