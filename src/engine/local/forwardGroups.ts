import * as tf from '@tensorflow/tfjs-core'
import type { TrainGroup } from '../Engine.js'
import { layTrainGroups } from './layTrainGroups.js'
import { measureCompletions } from './measureCompletions.js'
import type { MeasuredCompletion } from './MeasuredCompletion.js'
import { runGroups } from './runGroups.js'
import type { Weights } from './Weights.js'

/** Log p of every label without gradients. `tokens` are those run through the model. */
export function forwardGroups(
  weights: Weights,
  groups: readonly TrainGroup[],
  temperature: number,
): { measured: MeasuredCompletion[][]; tokens: number } {
  const laid = layTrainGroups(groups)
  let measured: MeasuredCompletion[][] = []
  tf.tidy(() => {
    measured = measureCompletions(laid, runGroups(weights, laid, temperature))
  })
  return { measured, tokens: laid.layout.tokens }
}
