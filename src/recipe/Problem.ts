/** One thing wrong with a recipe. */
export interface Problem {
  /** Where in the recipe, e.g. stages[1].numGenerations; empty for the file as a whole. */
  readonly path: string
  /** What was found, what is allowed, what to do. */
  readonly message: string
  /** The file it stands in, where that is not the recipe itself (extends), or `--set …`. */
  readonly file?: string
  /** Counted from 1. */
  readonly line?: number
  /** Counted from 1. */
  readonly column?: number
}
