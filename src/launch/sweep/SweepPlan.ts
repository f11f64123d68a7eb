import type { Recipe } from '../../recipe/Recipe.js'

/** One run of a sweep. */
export interface SweepRun {
  /** Its place on the grid: value by key, as written. */
  readonly values: Readonly<Record<string, string>>
  readonly directory: string
  readonly recipe: Recipe
}

export interface SweepPlan {
  /** <output>/<name>-sweep */
  readonly directory: string
  readonly runs: readonly SweepRun[]
}
