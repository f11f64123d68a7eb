/** The environment variables that a recipe's text reads keys from, each once: `apiKeyEnv: NAME` and `${env:NAME}`. */
export function keyVariables(recipeText: string): string[] {
  const found = [...recipeText.matchAll(/\bapiKeyEnv: "?(\w+)|\$\{env:(\w+)\}/g)].map(
    ([, name, masked]) => name ?? masked,
  )
  return [...new Set(found)].sort()
}
