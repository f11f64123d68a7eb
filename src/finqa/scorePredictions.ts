import type { GoldAnswer } from './GoldAnswer.js'
import type { Prediction } from './Prediction.js'
import type { Score } from './Score.js'
import { InputError } from '../lib/InputError.js'
import { wilsonInterval } from '../metrics/wilsonInterval.js'
import { answersAgree } from './answersAgree.js'
import { executeProgram } from './executeProgram.js'
import { programsEquivalent } from './programsEquivalent.js'
import { tokenizeProgram } from './tokenizeProgram.js'

type Dialect = 'finqa' | 'convfinqa'

/**
 * Scores predictions as the official scorers do: every prediction counts, also a second one of the same id; gold answers
 * without a prediction do not. In ConvFinQA a program counts as right only where its execution is.
 *
 * @throws InputError when there is no prediction, or one has an id that gold has not (the official scorers stop there too)
 */
export function scorePredictions(
  dialect: Dialect,
  predictions: readonly Prediction[],
  gold: ReadonlyMap<string, GoldAnswer>,
): Score {
  if (predictions.length === 0) throw new InputError('there is no prediction to score')
  requireKnown(predictions, gold)
  const verdicts = predictions.map((prediction) => scoreOne(dialect, prediction, gold.get(prediction.id) as GoldAnswer))
  const n = predictions.length
  const [execution, program, answer] = (['execution', 'program', 'answer'] as const).map(
    (kind) => verdicts.filter((verdict) => verdict[kind]).length,
  )
  return {
    n,
    execution_accuracy: execution / n,
    program_accuracy: program / n,
    answer_accuracy: answer / n,
    ci95: {
      execution_accuracy: wilsonInterval(execution, n),
      program_accuracy: wilsonInterval(program, n),
      answer_accuracy: wilsonInterval(answer, n),
    },
    remarks: remark(predictions, gold, verdicts.filter(({ program, execution }) => program && !execution).length),
  }
}

function scoreOne(dialect: Dialect, prediction: Prediction, gold: GoldAnswer) {
  const tokens = prediction.predicted.slice(0, -1)
  const result = executeProgram(tokens, gold, { dialect })
  const execution = result.valid && result.value === gold.exeAns
  const equivalent = (dialect === 'finqa' || execution) && programsEquivalent(tokenizeProgram(gold.program), tokens)
  const said = prediction.answer ?? (result.valid ? String(result.value) : undefined)
  return {
    execution,
    program: equivalent,
    answer: execution || (said !== undefined && answersAgree(said, gold.exeAns)),
  }
}

function requireKnown(predictions: readonly Prediction[], gold: ReadonlyMap<string, GoldAnswer>): void {
  const unknown = [...new Set(predictions.map(({ id }) => id))].filter((id) => !gold.has(id))
  if (unknown.length === 0) return
  const shown = unknown.slice(0, 3).map((id) => `"${id}"`)
  const example = gold.keys().next().value
  throw new InputError(
    `${unknown.length} predicted ids are not in gold: ${shown.join(', ')}${unknown.length > 3 ? ', …' : ''}. ` +
      `Gold's look like "${example}". Are these predictions of another file?`,
  )
}

function remark(
  predictions: readonly Prediction[],
  gold: ReadonlyMap<string, GoldAnswer>,
  oddlyRight: number,
): string[] {
  const ids = new Set(predictions.map(({ id }) => id))
  const repeated = predictions.length - ids.size
  const missing = gold.size - ids.size
  const unended = predictions.filter(({ predicted }) => predicted.at(-1) !== 'EOF').length
  return [
    ...(repeated > 0 ? [`${repeated} predictions repeat an id; each counts`] : []),
    ...(missing > 0 ? [`${missing} of ${gold.size} gold answers have no prediction; they do not count`] : []),
    ...(unended > 0 ? [`${unended} predictions do not end in EOF; their last token is dropped all the same`] : []),
    ...(oddlyRight > 0
      ? [`${oddlyRight} programs are right but execute to another value; the official scorer stops at the first`]
      : []),
  ]
}
