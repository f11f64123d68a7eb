import { breathe } from '../lib/breathe.js'
import { InputError } from '../lib/InputError.js'
import { createJournaledJudge } from './cache/createJournaledJudge.js'
import { createJudge } from './createJudge.js'
import type { Judge, JudgePair } from './Judge.js'
import type { MeasuredVerifier } from './MeasuredVerifier.js'
import { openJudgeModel } from './openJudgeModel.js'
import { decideByRules, type RuleVerdict } from './rules/decideByRules.js'
import { disabledRules } from './rules/disabledRules.js'
import { StatisticsCounter } from './StatisticsCounter.js'
import type { Verdict } from './Verdict.js'
import type { VerifierOptions } from './VerifierOptions.js'
import type { VerifierQuery } from './VerifierQuery.js'

/** Changes when the rules decide something differently, so that kept verdicts of older rules are not mixed with new ones. */
const rulesVersion = 'rules/3'

/**
 * The cascade: rules decide what they can with certainty, the rest goes to the model. Pairs that read the same are asked
 * once. A failed judge gives `unknown`. Programs are executed in any case.
 *
 * Without a model (`none`) what the rules leave open is `different`, not unknown: nobody failed, and an answer that no
 * rule finds equal has not earned a reward.
 *
 * @throws InputError when the model cannot be used (directory missing, key not set), or nobody would judge
 */
export async function createVerifier(options: VerifierOptions): Promise<MeasuredVerifier> {
  const { rules, onDisagreement = 'rules' } = options
  requireSomeone(options)
  const openModel = options.openModel ?? openJudgeModel({ backend: 'auto', threads: 'auto', ...options.engine })
  const { cacheDirectory = null, warn = () => undefined, journal } = options
  const created = await createJudge(options.model, { openModel, cacheDirectory, warn })
  const judge = created === null || journal === undefined ? created : createJournaledJudge(created, journal)
  const comparing = judge !== null && rules.enabled && onDisagreement !== 'rules'
  const statistics = new StatisticsCounter(comparing)
  const disabled = disabledRules(rules)
  const decide = (query: VerifierQuery) => decideByRules(query, disabled)

  return {
    version: versionOf(options, judge),
    verify: async (queries, signal) => {
      signal?.throwIfAborted()
      const decided: (RuleVerdict | null)[] = []
      for (const query of queries) {
        await breathe(signal)
        decided.push(decide(query))
      }
      const asked = queries.map((query, i) => decided[i] === null || (comparing && query.program === undefined))
      const judged =
        judge === null
          ? []
          : await judge.judge(
              queries.filter((_, i) => asked[i]).map((query) => pairOf(query, judge)),
              { signal },
            )
      let next = 0
      const verdicts = queries.map((_, i) => {
        const byRules = decided[i]
        const byModel: Verdict | undefined = asked[i] ? judged[next++] : undefined
        if (byRules === null) return byModel ?? (options.undecided === 'unknown' ? leftOpen : nothingFound)
        if (byModel === undefined || !disagree(byRules, byModel)) return toVerdict(byRules)
        statistics.countDisagreement()
        return onDisagreement === 'unknown' ? disputed(byRules, byModel) : toVerdict(byRules)
      })
      verdicts.forEach((verdict) => statistics.count(verdict))
      return verdicts
    },
    count: (verdict) => statistics.count(verdict),
    takeStatistics: () => statistics.take(),
    close: async () => judge?.close(),
  }
}

/** What a judge is shown; the question only where it reads it, so that pairs of two questions are asked once. */
function pairOf({ gold, answer, question }: VerifierQuery, { readsQuestion }: Judge): JudgePair {
  return readsQuestion === true && question !== undefined ? { gold, answer, question } : { gold, answer }
}

function requireSomeone({ rules, model }: VerifierOptions): void {
  if (rules.enabled || model.type !== 'none') return
  throw new InputError('verifier: rules are off and model is none, so nobody judges. Enable the rules or name a model.')
}

function versionOf({ rules, model, onDisagreement = 'rules' }: VerifierOptions, judge: Judge | null): string {
  const parts = [
    rules.enabled ? [rulesVersion, ...(rules.disabled ?? [])].join('-') : 'no rules',
    judge?.version ?? model.type,
    onDisagreement,
  ]
  return parts.join(' · ')
}

const nothingFound: Verdict = { verdict: 'different', reason: 'no rule found them equal', decidedBy: 'rules' }
const leftOpen: Verdict = { verdict: 'unknown', reason: 'no rule is certain', decidedBy: 'rules' }

function toVerdict({ verdict, reason, rule }: RuleVerdict): Verdict {
  return { verdict, reason, decidedBy: rule }
}

function disagree(byRules: RuleVerdict, byModel: Verdict): boolean {
  return byModel.verdict !== 'unknown' && byModel.verdict !== byRules.verdict
}

function disputed(byRules: RuleVerdict, byModel: Verdict): Verdict {
  const reason = `rule ${byRules.rule} says ${byRules.verdict} (${byRules.reason}), the model ${byModel.verdict} (${byModel.reason})`
  return { verdict: 'unknown', reason, decidedBy: 'disagreement' }
}
