import { stringify } from 'yaml'
import { maskSecrets } from '../lib/maskSecrets.js'

/** The content of a run's recipe.yaml: every default written out, secrets masked. */
export function runRecipeText(recipe: object): string {
  return stringify(JSON.parse(maskSecrets(JSON.stringify(recipe))))
}
