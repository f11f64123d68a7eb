import { InputError } from '../lib/InputError.js'
import type { Recipe, GrpoStage } from '../recipe/Recipe.js'
import { requirePreflight } from '../rewards/requirePreflight.js'
import type { RewardSet } from '../rewards/RewardSet.js'
import type { PromptItem } from '../rollout/PromptItem.js'
import { encodeQuestions } from './encodeQuestions.js'
import { questionsOf } from './questionsOf.js'
import type { StageContext } from './StageContext.js'

/**
 * A GRPO stage's prompts, after every reward has scored their gold answers and known-bad ones; those whose gold answer
 * does not score full marks are left out and said.
 *
 * @throws PreflightError when the rewards are not to be trusted
 */
export async function checkedPrompts(
  spec: GrpoStage,
  rewards: RewardSet,
  context: StageContext,
): Promise<PromptItem[]> {
  const where = `stage ${spec.name}`
  const encoded = await encodeQuestions(questionsOf(context.data, spec.train, where), where, context)
  const items = encoded.map(({ item }) => item)
  const { maxGoldFailShare }: Recipe['rewards'] = context.recipe.rewards
  const { kept, report } = await requirePreflight(rewards, items, { maxGoldFailShare, signal: context.signal })
  const { gold, knownBad } = report
  context.reporter.say(
    `${where}: the rewards give full marks to ${gold.scored - gold.failures.length} of ${gold.scored} gold answers ` +
      `and to ${knownBad.failures.length} of ${knownBad.scored} known-bad ones`,
  )
  for (const { id, reason } of gold.failures.slice(0, 5)) context.reporter.warn(`${where}: left out ${id}: ${reason}`)
  if (kept.length === 0) throw new InputError(`${where}: no prompt is left to sample from`)
  return kept
}
