import type { Recipe } from '../../recipe/Recipe.js'

/** The environment variables that a recipe reads keys from (every `apiKeyEnv` in it), each once. */
export function keyVariables(recipe: Recipe): string[] {
  const found = new Set<string>()
  JSON.stringify(recipe, (key, value: unknown) => {
    if (key === 'apiKeyEnv' && typeof value === 'string') found.add(value)
    return value
  })
  return [...found].sort()
}
