import type { Verdict } from '../verifier/Verdict.js'
import type { Verifier } from '../verifier/Verifier.js'
import { extractAnswer } from './extractAnswer.js'
import type { Reward, RewardOutput } from './Reward.js'

/**
 * Fin-R1's accuracy reward: 1 only if there is exactly one `<answer>` and the verifier judges its content equivalent to
 * the gold answer; 0 where it differs or is missing; null where the verifier could not say (which is never a 0).
 */
export function accuracyReward(verifier: Verifier): Reward {
  return {
    name: 'accuracy',
    best: 1,
    score: async (inputs, signal) => {
      const answers = inputs.map(({ completion }) => extractAnswer(completion))
      const asked = inputs.flatMap(({ gold }, i) => {
        const answer = answers[i]
        return answer === null ? [] : [{ ...gold, answer }]
      })
      const verdicts = await verifier.verify(asked, signal)
      let next = 0
      return answers.map((answer) => (answer === null ? noAnswer : output(verdicts[next++])))
    },
  }
}

const noAnswer: RewardOutput = {
  value: 0,
  verdict: { verdict: 'different', reason: 'there is not exactly one <answer>…</answer>', decidedBy: 'extractAnswer' },
}

function output(verdict: Verdict): RewardOutput {
  const value = { equivalent: 1, different: 0, unknown: null }[verdict.verdict]
  return { value, verdict }
}
