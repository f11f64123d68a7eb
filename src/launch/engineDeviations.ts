import type { Recipe } from '../recipe/Recipe.js'

/** Where a recipe's engine does a thing otherwise than the local one, in sentences for the log. */
export function engineDeviations({ engine, stages }: Recipe): string[] {
  if (engine.type !== 'tinker') return []
  return stages.flatMap((stage) => {
    if (stage.type !== 'grpo') return []
    const { temperature } = stage.sampling
    const said: string[] = []
    if (temperature !== 1) {
      said.push(
        `stage ${stage.name}: a Tinker server knows log p at temperature 1 alone; sampling.temperature ${temperature} shapes ` +
          'sampling, not the log p that the loss compares',
      )
    }
    if (stage.loss.truncatedImportanceSampling === null) {
      said.push(
        `stage ${stage.name}: the server's sampler and trainer differ in arithmetic; loss.truncatedImportanceSampling (e.g. 2) ` +
          'would correct for it, at one more forward pass',
      )
    }
    return said
  })
}
