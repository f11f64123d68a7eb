import type { Judge } from '../verifier/Judge.js'
import type { Reward } from './Reward.js'

/** Something a good completion does, in words for the judge. */
export interface RubricCriterion {
  readonly text: string
  readonly weight: number
}

/**
 * A rubric without reference answers: a judge says of each criterion whether the completion meets it; the value is the
 * weight of the criteria met ÷ the weight of all. Unknown where the judge could not say of any one of them.
 *
 * @param judge asked with the criterion as `gold`, the completion as `answer` and the prompt as `question`
 */
export function rubricReward(judge: Judge, criteria: readonly RubricCriterion[]): Reward {
  const all = criteria.reduce((sum, { weight }) => sum + weight, 0)
  return {
    name: 'rubric',
    best: null,
    score: async (inputs, signal) => {
      const pairs = inputs.flatMap(({ prompt, completion }) =>
        criteria.map(({ text }) => ({ gold: text, answer: completion, question: prompt, exact: true as const })),
      )
      const verdicts = await judge.judge(pairs, { signal })
      return inputs.map((_, i) => {
        const said = verdicts.slice(i * criteria.length, (i + 1) * criteria.length)
        const unknown = said.find(({ verdict }) => verdict === 'unknown')
        if (unknown !== undefined) return { value: null, verdict: unknown }
        const met = criteria.reduce((sum, { weight }, k) => sum + (said[k].verdict === 'equivalent' ? weight : 0), 0)
        return { value: met / all }
      })
    },
  }
}
