import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { EvalResult } from '../eval/EvalResult.js'
import type { Recipe } from '../recipe/Recipe.js'

/** A finished evaluation stage's result on one data source, and its file within the run directory. */
export interface EvaluationFile {
  readonly path: string
  readonly text: string
  readonly result: EvalResult
}

/** The evaluations of a recipe's eval stages that a run directory holds, in the recipe's order. */
export function evaluationsIn(runDirectory: string, { stages }: Recipe): EvaluationFile[] {
  const paths = stages.flatMap((stage) =>
    stage.type === 'eval' ? stage.data.map((data) => join('eval', `${stage.name}-${data}.json`)) : [],
  )
  return paths
    .filter((path) => existsSync(join(runDirectory, path)))
    .map((path) => {
      const text = readFileSync(join(runDirectory, path), 'utf8')
      return { path, text, result: JSON.parse(text) as EvalResult }
    })
}
