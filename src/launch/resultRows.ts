import type { Recipe } from '../recipe/Recipe.js'
import type { ResultFile } from './ResultFile.js'
import type { RunOutcome } from './RunReporter.js'

/** The content of result.json. */
export function resultRows({ stages }: Recipe, { evaluations, comparisons }: RunOutcome): ResultFile {
  const after = (name: string) => {
    const place = stages.findIndex((stage) => stage.name === name)
    return stages.slice(0, place).findLast((stage) => stage.type !== 'eval')?.name ?? null
  }
  return {
    schema: 'fintune.result/1',
    rows: evaluations.map((result) => ({ ...result, after: after(result.stage) })),
    comparisons,
  }
}
