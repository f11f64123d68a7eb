import { tokenizeProgram } from '../finqa/tokenizeProgram.js'
import type { AnsweredExample } from './EvalResult.js'

/** Answers as the official scorers read them: `{id, predicted: [tokens…, "EOF"]}`, no token where there is no answer. */
export function officialPredictions(answered: readonly AnsweredExample[]): { id: string; predicted: string[] }[] {
  return answered.map(({ id, answer }) => ({
    id,
    predicted: [...(answer === null ? [] : tokenizeProgram(answer)), 'EOF'],
  }))
}
