import { executeProgram } from '../finqa/executeProgram.js'
import { programsEquivalent } from '../finqa/programsEquivalent.js'
import { answersAgree } from '../finqa/answersAgree.js'
import type { QuestionExample } from '../data/QuestionExample.js'
import { wilsonInterval } from '../metrics/wilsonInterval.js'
import { extractAnswer } from '../rewards/extractAnswer.js'
import { isWellFormed } from '../rewards/isWellFormed.js'
import { answerExamples } from './answerExamples.js'
import type { EvalOptions } from './EvalOptions.js'
import type { AnsweredExample, EvalResult } from './EvalResult.js'

/** Answers every example and scores it by FinQA's strict rules and, beside them, the tolerant one. */
export async function evaluate(options: EvalOptions): Promise<{ result: EvalResult; answered: AnsweredExample[] }> {
  const started = performance.now()
  const completions = await answerExamples(options)
  const answered = options.examples.map((example, i) => score(example, completions[i], options.answer))
  return { result: summarise(answered, options, (performance.now() - started) / 1000), answered }
}

function score(example: QuestionExample, completions: readonly string[], kind: 'program' | 'text'): AnsweredExample {
  const answers = completions.map(extractAnswer)
  const values = answers.map((answer) => valueOf(answer, example, kind))
  const correct = values.map((value) => value === example.exeAns)
  const [answer] = answers
  const several = completions.length > 1
  return {
    id: example.id,
    answer,
    completion: completions[0],
    gold: kind === 'program' ? example.program : String(example.exeAns),
    executionCorrect: correct[0],
    ...(kind === 'program'
      ? { programCorrect: correct[0] && answer !== null && programsEquivalent(example.program, answer) }
      : {}),
    answerCorrect: correct[0] || (answer !== null && tolerantlyCorrect(answer, values[0], example, kind)),
    wellFormed: isWellFormed(completions[0]),
    ...(several
      ? { samplesCorrect: correct.filter(Boolean).length, majorityCorrect: commonest(values) === example.exeAns }
      : {}),
  }
}

/** What an answer comes to under the strict rules; null where it is not valid. */
function valueOf(answer: string | null, example: QuestionExample, kind: 'program' | 'text'): number | string | null {
  if (answer === null) return null
  const word = answer.trim().toLowerCase()
  if (kind === 'text' && (word === 'yes' || word === 'no')) return word
  // A text answer must be a number that the official rules read as one.
  const result = executeProgram(kind === 'program' ? answer : [answer.trim()], example.page)
  return result.valid ? result.value : null
}

function tolerantlyCorrect(
  answer: string,
  value: number | string | null,
  example: QuestionExample,
  kind: 'program' | 'text',
): boolean {
  const said = kind === 'text' ? answer : value === null ? null : String(value)
  return said !== null && answersAgree(said, example.exeAns)
}

/** The commonest value that is valid; the earliest of equals; null where none is. */
function commonest(values: readonly (number | string | null)[]): number | string | null {
  const counts = new Map<number | string, number>()
  for (const value of values) if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1)
  let best: number | string | null = null
  for (const [value, count] of counts) if (best === null || count > (counts.get(best) as number)) best = value
  return best
}

function summarise(answered: readonly AnsweredExample[], options: EvalOptions, seconds: number): EvalResult {
  const n = answered.length
  const hits: Record<string, number> = {
    execution_accuracy: count(answered, (a) => a.executionCorrect),
    ...(options.answer === 'program' ? { program_accuracy: count(answered, (a) => a.programCorrect === true) } : {}),
    answer_accuracy: count(answered, (a) => a.answerCorrect),
    format_rate: count(answered, (a) => a.wellFormed),
    ...(options.samples > 1
      ? {
          pass_at_k: count(answered, (a) => (a.samplesCorrect ?? 0) > 0),
          majority_accuracy: count(answered, (a) => a.majorityCorrect === true),
        }
      : {}),
  }
  const names = Object.keys(hits)
  return {
    schema: 'fintune.eval/1',
    stage: options.stage,
    data: options.data,
    n,
    ...(Object.fromEntries(names.map((name) => [name, hits[name] / n])) as Pick<
      EvalResult,
      'execution_accuracy' | 'answer_accuracy' | 'format_rate'
    >),
    ...(options.samples > 1 ? { samples: options.samples } : {}),
    ci95: Object.fromEntries(names.map((name) => [name, wilsonInterval(hits[name], n)])),
    seconds,
  }
}

function count(answered: readonly AnsweredExample[], test: (example: AnsweredExample) => boolean): number {
  return answered.filter(test).length
}
