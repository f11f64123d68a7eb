import type { GrpoStage } from '../recipe/Recipe.js'
import type { RewardSet } from '../rewards/RewardSet.js'
import type { PromptItem } from '../rollout/PromptItem.js'
import { encodeQuestions } from './encodeQuestions.js'
import { questionsOf } from './questionsOf.js'
import type { StageContext } from './StageContext.js'

/** A GRPO stage's prompts, after every reward has scored their gold answers and known-bad ones. */
export async function checkedPrompts(
  spec: GrpoStage,
  _rewards: RewardSet,
  context: StageContext,
): Promise<PromptItem[]> {
  const where = `stage ${spec.name}`
  return encodeQuestions(questionsOf(context.data, spec.train, where), where, context).map(({ item }) => item)
}
