import type { QuestionExample } from '../data/QuestionExample.js'
import { extractAnswer } from '../rewards/extractAnswer.js'
import type { EvalOptions } from './EvalOptions.js'

/**
 * Samples answers to every example, `samples` each, as text.
 *
 * With `history: 'own'` a conversation is answered turn by turn: a turn's prompt holds what this model said before
 * (its first sample), so later turns wait for earlier ones; all conversations go side by side.
 */
export async function answerExamples(options: EvalOptions): Promise<string[][]> {
  const { examples, history } = options
  const completions: string[][] = examples.map(() => [])
  let tokens = 0
  let answered = 0
  for (const wave of history === 'own' ? wavesByTurn(examples) : [examples.map((_, i) => i)]) {
    const prompts = wave.map((i) => options.toPrompt(examples[i], ownAnswers(i, options, completions)))
    const groups = await options.engine.sample(
      prompts.map((prompt, at) => ({
        tokens: prompt.tokens,
        key: [options.stage, options.data, examples[wave[at]].id],
      })),
      {
        ...options.sampling,
        numGenerations: options.samples,
        seed: options.seed,
        signal: options.signal,
        onProgress: (done) =>
          options.onProgress?.({
            answered: answered + Math.floor(done.finished / options.samples),
            of: examples.length,
            tokens: tokens + done.tokens,
          }),
      },
    )
    wave.forEach((i, at) => (completions[i] = groups[at].map((completion) => options.decode(completion.tokens))))
    answered += wave.length
    tokens += groups.flat().reduce((sum, completion) => sum + completion.tokens.length, 0)
  }
  return completions
}

/** Indices of the first turns of all conversations, then of the second ones, and so on. */
function wavesByTurn(examples: readonly QuestionExample[]): number[][] {
  const waves: number[][] = []
  examples.forEach((example, i) => (waves[example.turn ?? 0] ??= []).push(i))
  return waves.filter((wave) => wave !== undefined)
}

/** What this model said in the turns before, in answer tags as gold answers are (the whole completion where it gave none). */
function ownAnswers(
  index: number,
  { examples, history }: EvalOptions,
  completions: readonly string[][],
): readonly string[] | undefined {
  const example = examples[index]
  if (history === 'gold' || example.history.length === 0) return undefined
  return example.history.map((turn, t) => {
    const earlier = examples.findIndex((other) => other.conversationId === example.conversationId && other.turn === t)
    if (earlier < 0) return `<answer>${turn.program}</answer>`
    const answer = extractAnswer(completions[earlier][0])
    return answer === null ? completions[earlier][0] : `<answer>${answer}</answer>`
  })
}
