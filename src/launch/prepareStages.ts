import type { Recipe } from '../recipe/Recipe.js'
import type { PreparedStage } from './PreparedStage.js'
import { prepareEvaluations } from './prepareEvaluations.js'
import { prepareGrpoStage } from './prepareGrpoStage.js'
import { prepareSftStage } from './prepareSftStage.js'
import type { StageContext } from './StageContext.js'

/** Prepares every stage before the first one runs, so that a fault of the last one's input is found now. */
export async function prepareStages(recipe: Recipe, context: StageContext): Promise<PreparedStage[]> {
  const prepared: PreparedStage[] = []
  for (const spec of recipe.stages) {
    context.signal?.throwIfAborted()
    context.reporter.progress(`preparing ${spec.name}`)
    if (spec.type === 'sft') prepared.push(await prepareSftStage(spec, context))
    else if (spec.type === 'grpo') prepared.push(await prepareGrpoStage(spec, context))
    else prepared.push({ type: 'eval', spec, evaluations: await prepareEvaluations(spec.name, spec, context) })
  }
  return prepared
}
