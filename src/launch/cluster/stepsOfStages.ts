import { openDataSource } from '../../data/openDataSource.js'
import { InputError } from '../../lib/InputError.js'
import type { Recipe, SftStage } from '../../recipe/Recipe.js'

/**
 * Optimizer steps of each training stage, by name; null where they follow from data that is not here.
 * @param options.examples of a stage whose data is not here
 * @param options.meanExampleShare see ClusterAssumptions
 */
export async function stepsOfStages(
  recipe: Recipe,
  options: { examples: number | undefined; meanExampleShare: number },
): Promise<Map<string, number | null>> {
  const steps = new Map<string, number | null>()
  for (const stage of recipe.stages) {
    if (stage.type === 'eval') continue
    const examples = stage.steps === undefined ? await countExamples(recipe, stage.train) : null
    const count = examples ?? options.examples ?? null
    const perEpoch = (examples: number) =>
      stage.type === 'sft'
        ? Math.ceil((examples * rowsPerExample(stage, options.meanExampleShare)) / stage.batchSize)
        : Math.ceil(examples / stage.promptsPerStep) * stage.updatesPerBatch
    steps.set(stage.name, stage.steps ?? (count && Math.ceil((stage.epochs ?? 1) * perEpoch(count))))
  }
  return steps
}

/** Packed, an example takes of a row what it is long. */
function rowsPerExample({ packing }: SftStage, meanExampleShare: number): number {
  return packing === 'none' ? 1 : meanExampleShare
}

async function countExamples(recipe: Recipe, names: readonly string[]): Promise<number | null> {
  try {
    const opened = await Promise.all(names.map((name) => openDataSource(recipe.data[name])))
    return opened.reduce((sum, { examples }) => sum + examples.length, 0)
  } catch (error) {
    if (error instanceof InputError) return null // not here
    throw error
  }
}
