import type { Judge } from '../Judge.js'
import { addUsage } from '../addUsage.js'
import type { Verdict } from '../Verdict.js'
import { boxedScore } from './boxedScore.js'
import type { ChatModel, ChatOutcome } from './ChatModel.js'
import type { JudgePrompt } from './JudgePrompt.js'
import { parseBoxedVerdict } from './parseBoxedVerdict.js'

/**
 * A chat model as a judge: asked by the prompt, read strictly from `\boxed{}`.
 *
 * With several votes each pair is asked so many times; what more than half of all votes say stands, anything less is
 * unknown: a vote that failed counts for nobody.
 */
export function createChatJudge(chat: ChatModel, prompt: JudgePrompt, votes = 1): Judge {
  return {
    version: `${chat.version}#${prompt.version}${votes === 1 ? '' : `×${votes}`}`,
    readsQuestion: prompt.readsQuestion,
    judge: async (pairs, { signal, onVerdict } = {}) => {
      const cast: Verdict[][] = pairs.map(() => [])
      const verdicts: Verdict[] = []
      const questions = pairs.flatMap((pair) => {
        const messages = prompt.render(pair)
        return Array.from({ length: votes }, (_, vote) => ({ messages, vote }))
      })
      await chat.ask(questions, {
        signal,
        onOutcome: (index, outcome) => {
          const place = Math.floor(index / votes)
          cast[place].push(verdictOf(outcome))
          if (cast[place].length < votes) return
          verdicts[place] = votes === 1 ? cast[place][0] : countVotes(cast[place])
          onVerdict?.(place, verdicts[place])
        },
      })
      return verdicts
    },
    close: () => chat.close(),
  }
}

function verdictOf(outcome: ChatOutcome): Verdict {
  if (outcome.reply === undefined) return { verdict: 'unknown', reason: outcome.failure, decidedBy: 'model' }
  const { reply, latencyMs } = outcome
  const measured = { decidedBy: 'model', latencyMs, ...(reply.usage === undefined ? {} : { usage: reply.usage }) }
  const verdict = parseBoxedVerdict(reply.text)
  if (verdict === null) {
    const said = reply.text.trim().slice(-120)
    return { verdict: 'unknown', reason: `the judge gave no single \\boxed{0} or \\boxed{1}: …${said}`, ...measured }
  }
  const score = reply.tokens === undefined ? null : boxedScore(reply.tokens)
  return { verdict, reason: `the judge said ${verdict}`, ...measured, ...(score === null ? {} : { score }) }
}

function countVotes(votes: readonly Verdict[]): Verdict {
  const count = (word: Verdict['verdict']) => votes.filter(({ verdict }) => verdict === word).length
  const [equivalent, different] = [count('equivalent'), count('different')]
  const known = equivalent + different
  const latencies = votes.flatMap(({ latencyMs }) => latencyMs ?? [])
  const measured = {
    decidedBy: 'model',
    ...(latencies.length === 0 ? {} : { latencyMs: Math.max(...latencies) }),
    ...addUsage(votes),
  }
  const told = `${equivalent} of ${votes.length} votes say equivalent, ${different} different`
  if (Math.max(equivalent, different) * 2 > votes.length) {
    const verdict = equivalent > different ? 'equivalent' : 'different'
    return { verdict, reason: told, score: equivalent / known, ...measured }
  }
  const failure = votes.findLast(({ verdict }) => verdict === 'unknown')?.reason
  return { verdict: 'unknown', reason: failure === undefined ? told : `${told}; ${failure}`, ...measured }
}
