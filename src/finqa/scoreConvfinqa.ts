import type { GoldAnswer } from './GoldAnswer.js'
import type { Prediction } from './Prediction.js'
import type { Score } from './Score.js'
import { scorePredictions } from './scorePredictions.js'

/** ConvFinQA's official scores, a turn a prediction, by turn id (`<conversation id>_<turn, from 0>`). See scorePredictions. */
export function scoreConvfinqa(predictions: readonly Prediction[], gold: ReadonlyMap<string, GoldAnswer>): Score {
  return scorePredictions('convfinqa', predictions, gold)
}
