import { InputError } from '../lib/InputError.js'
import type { Recipe } from './Recipe.js'
import { RecipeError } from './RecipeError.js'
import type { Path } from './Path.js'
import { applySet } from './applySet.js'
import { checkReferences } from './checkReferences.js'
import { expandEnvironment } from './expandEnvironment.js'
import { locateProblem } from './locateProblem.js'
import { mergeRecipes } from './mergeRecipes.js'
import { formatPath } from './formatPath.js'
import { problemsOfIssues, type PlacedProblem } from './problemsOfIssues.js'
import { readWithExtends } from './readWithExtends.js'
import { recipeSchema } from './schema/recipeSchema.js'

export interface LoadRecipeOptions {
  /** `--set` values in order, e.g. stages[0].steps=20. */
  readonly set?: readonly string[]
  /** Where `${env:NAME}` looks; default process.env. */
  readonly env?: Readonly<Record<string, string | undefined>>
}

/**
 * Reads a recipe: the file and what it extends, then `--set`, then `${env:…}`, then every default.
 *
 * @throws RecipeError with every problem at once: path, what was found, what is allowed, where it stands
 */
export async function loadRecipe(
  file: string,
  { set = [], env = process.env }: LoadRecipeOptions = {},
): Promise<Recipe> {
  const documents = await readWithExtends(file, env)
  const merged = withoutExtends(documents.map(({ value }) => value).reduceRight(mergeMaps))
  const { value: raw, sets } = applySets(merged, set)
  const expanded = expandEnvironment(raw, env)
  const parsed = recipeSchema.safeParse(expanded.value)
  const problems: PlacedProblem[] = [
    ...expanded.problems,
    ...(parsed.success ? [] : problemsOfIssues(parsed.error.issues, expanded.value)),
    ...checkReferences(expanded.value as Record<string, unknown>),
  ]
  if (parsed.success && problems.length === 0) return parsed.data
  const located = withoutEchoes(problems).map((problem) => locateProblem(problem, documents, sets))
  throw new RecipeError(file, located.sort(byPlace))
}

function mergeMaps(base: Record<string, unknown>, over: Record<string, unknown>): Record<string, unknown> {
  return mergeRecipes(base, over) as Record<string, unknown>
}

function withoutExtends({ extends: _, ...rest }: Record<string, unknown>): Record<string, unknown> {
  return rest
}

function applySets(
  root: unknown,
  assignments: readonly string[],
): { value: unknown; sets: { path: Path; assignment: string }[] } {
  const sets: { path: Path; assignment: string }[] = []
  const faults: string[] = []
  let value = root
  for (const assignment of assignments) {
    const result = applySet(value, assignment)
    if ('problem' in result) {
      faults.push(`--set ${assignment}: ${result.problem}`)
      continue
    }
    value = result.value
    sets.push({ path: result.path, assignment })
  }
  if (faults.length > 0) throw new InputError(faults.join('\n'))
  return { value, sets }
}

/** A mistyped key is one mistake: that the key it stands for is missing need not be said as well. */
function withoutEchoes(problems: readonly PlacedProblem[]): PlacedProblem[] {
  const meant = problems.flatMap(({ at, meant }) =>
    meant === undefined ? [] : formatPath([...at.slice(0, -1), meant]),
  )
  return problems.filter(({ at, message }) => !(message.startsWith('missing') && meant.includes(formatPath(at))))
}

/** In the order of the file; what has no line of its own comes last. */
function byPlace(a: { line?: number; file?: string }, b: { line?: number; file?: string }): number {
  if (a.file !== b.file) return a.file === undefined ? -1 : b.file === undefined ? 1 : a.file.localeCompare(b.file)
  return (a.line ?? Infinity) - (b.line ?? Infinity) || 0
}
