import { InputError } from '../lib/InputError.js'
import { loadRubricPrompt } from '../verifier/chat/loadRubricPrompt.js'
import { createModelJudge, type JudgeContext } from '../verifier/createModelJudge.js'
import type { Judge } from '../verifier/Judge.js'
import type { Verdict } from '../verifier/Verdict.js'
import type { Verifier } from '../verifier/Verifier.js'
import { accuracyReward } from './accuracyReward.js'
import { countedJudge } from './countedJudge.js'
import { formatReward } from './formatReward.js'
import { languageReward } from './languageReward.js'
import { lengthReward } from './lengthReward.js'
import { moduleReward } from './module/moduleReward.js'
import { overlongReward } from './overlongReward.js'
import { refusalReward } from './refusalReward.js'
import { repetitionReward } from './repetitionReward.js'
import type { Reward } from './Reward.js'
import { rewardName } from './rewardName.js'
import type { RewardOptions, RewardTermOptions } from './RewardOptions.js'
import type { RewardSet, WeightedReward } from './RewardSet.js'
import { rubricReward } from './rubricReward.js'
import { shareScores } from './shareScores.js'

export interface RewardContext extends JudgeContext {
  readonly verifier: Verifier
  /** Wraps a judge that a reward asks, e.g. to journal what it says. */
  readonly wrapJudge?: (judge: Judge) => Judge
  /** Told of every verdict of a rubric's judge, and of each completion that a module could not score. Default: nobody counts. */
  readonly count?: (verdict: Verdict) => void
}

/**
 * The rewards a recipe names, bound to its verifier; close them when done (judges of their own).
 *
 * @throws InputError for a module that does not load, a judge that cannot be used, two rewards of one name
 */
export async function createRewards(
  { combine, terms }: RewardOptions,
  context: RewardContext,
): Promise<RewardSet & { close(): Promise<void> }> {
  requireNames(terms)
  const judges: Judge[] = []
  const count = context.count ?? (() => undefined)
  const accuracy = shareScores(accuracyReward(context.verifier))
  const made: WeightedReward[] = []
  for (const term of terms) made.push({ reward: await make(term), weight: term.weight })

  async function make(term: RewardTermOptions): Promise<Reward> {
    switch (term.type) {
      case 'format':
        return formatReward()
      case 'accuracy':
        return accuracy
      case 'refusal':
        return refusalReward()
      case 'length':
        return lengthReward(accuracy, term)
      case 'overlong':
        return overlongReward(term)
      case 'repetition':
        return repetitionReward(term)
      case 'language':
        return languageReward(term)
      case 'rubric': {
        const judge = await createModelJudge(term.model, await loadRubricPrompt(term.model.prompt), context)
        judges.push(judge)
        return rubricReward(countedJudge(context.wrapJudge?.(judge) ?? judge, count), term.criteria)
      }
      case 'module':
        return moduleReward({ ...term, name: rewardName(term) }, count)
    }
  }

  return {
    combine,
    terms: made,
    close: async () => {
      for (const judge of judges) await judge.close()
    },
  }
}

function requireNames(terms: RewardOptions['terms']): void {
  const names = terms.map(rewardName)
  const twice = names.find((name, i) => names.indexOf(name) < i)
  if (twice === undefined) return
  throw new InputError(
    `rewards.terms: two rewards are called "${twice}", and the log could not tell them apart. Give modules a name each:  {type: module, name: …, path: …}`,
  )
}
