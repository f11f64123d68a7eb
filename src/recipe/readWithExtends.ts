import { dirname, isAbsolute, join, relative, resolve } from 'node:path'
import { RecipeError } from './RecipeError.js'
import type { RecipeDocument } from './RecipeDocument.js'
import { expandEnvironment } from './expandEnvironment.js'
import { readRecipeDocument } from './readRecipeDocument.js'

/**
 * A recipe and the chain of those it extends, nearest first.
 *
 * @throws RecipeError as readRecipeDocument does, and for a chain that comes back to itself
 */
export async function readWithExtends(
  file: string,
  env: Readonly<Record<string, string | undefined>>,
  seen: readonly string[] = [],
): Promise<RecipeDocument[]> {
  const document = await readRecipeDocument(file)
  if (!('extends' in document.value)) return [document]
  const base = baseFile(document, env)
  const chain = [...seen, resolve(file)]
  if (chain.includes(resolve(base))) {
    const circle = [...chain, resolve(base)].map((path) => relative('', path)).join(' → ')
    throw new RecipeError(file, [{ path: 'extends', message: `the recipes extend each other in a circle: ${circle}` }])
  }
  return [document, ...(await readWithExtends(base, env, chain))]
}

function baseFile({ file, value }: RecipeDocument, env: Readonly<Record<string, string | undefined>>): string {
  const expanded = expandEnvironment({ extends: value.extends }, env)
  if (expanded.problems.length > 0) throw new RecipeError(file, expanded.problems)
  const { extends: base } = expanded.value as { extends: unknown }
  if (typeof base !== 'string' || base === '') {
    throw new RecipeError(file, [
      { path: 'extends', message: `found ${JSON.stringify(base)}; expected the path of another recipe, from this one` },
    ])
  }
  return isAbsolute(base) ? base : join(dirname(file), base)
}
