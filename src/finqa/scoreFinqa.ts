import type { GoldAnswer } from './GoldAnswer.js'
import type { Prediction } from './Prediction.js'
import type { Score } from './Score.js'
import { scorePredictions } from './scorePredictions.js'

/** FinQA's official scores of predictions, by gold id. See scorePredictions. */
export function scoreFinqa(predictions: readonly Prediction[], gold: ReadonlyMap<string, GoldAnswer>): Score {
  return scorePredictions('finqa', predictions, gold)
}
