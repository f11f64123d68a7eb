import { renderExample } from '../../data/render/renderExample.js'
import type { QuestionExample } from '../../data/QuestionExample.js'
import { openData } from '../../launch/openData.js'
import { openRewards } from '../../launch/openRewards.js'
import { questionsOf } from '../../launch/questionsOf.js'
import { renderOptions } from '../../launch/renderOptions.js'
import type { RunReporter } from '../../launch/RunReporter.js'
import { InputError } from '../../lib/InputError.js'
import type { Recipe } from '../../recipe/Recipe.js'
import type { GoldItem } from '../../rewards/GoldItem.js'
import { preflight } from '../../rewards/preflight.js'
import { preflightProblems } from '../../rewards/preflightProblems.js'
import type { PreflightReport } from '../../rewards/PreflightReport.js'

/** What the check of one GRPO stage's rewards came to. */
export interface StageRewardsCheck extends PreflightReport {
  readonly stage: string
  /** In words; empty: the rewards may be trained on. */
  readonly problems: readonly string[]
}

/**
 * Scores the gold answers of every GRPO stage's training data, and known-bad ones, by the recipe's rewards, without
 * loading the model that is to be trained.
 *
 * @throws InputError where no stage of the recipe uses rewards
 */
export async function checkRewards(
  recipe: Recipe,
  reporter: RunReporter,
  limit: number | undefined,
): Promise<StageRewardsCheck[]> {
  const stages = recipe.stages.filter((stage) => stage.type === 'grpo')
  if (stages.length === 0) throw new InputError(`${recipe.name} has no grpo stage, so nothing of it uses rewards`)
  const data = await openData(recipe, reporter)
  const render = await renderOptions(recipe)
  const { rewards, verifier } = await openRewards(recipe, { warn: (message) => reporter.warn(message) })
  try {
    const checks: StageRewardsCheck[] = []
    for (const { name, train } of stages) {
      const questions = questionsOf(data, train, `stage ${name}`).slice(0, limit)
      const report = await preflight(rewards, questions.map(toGoldItem))
      checks.push({ stage: name, ...report, problems: preflightProblems(report, recipe.rewards.maxGoldFailShare) })
    }
    return checks
  } finally {
    await verifier.close()
  }

  function toGoldItem(example: QuestionExample): GoldItem {
    const { messages, target, gold } = renderExample(example, render)
    const program = { page: example.page, goldExeAns: example.exeAns }
    return {
      id: example.id,
      text: messages.map(({ content }) => content).join('\n'),
      target,
      gold: { gold: gold.text, question: example.question, ...(render.answer === 'program' ? { program } : {}) },
    }
  }
}
