import * as tf from '@tensorflow/tfjs-core'
import { variableGradients } from '../../ops/variableGradients.js'
import type { LossStats, TrainGroup } from '../Engine.js'
import type { LossSpec } from '../loss/LossSpec.js'
import { forwardGroups } from './forwardGroups.js'
import { groupsLoss } from './groupsLoss.js'
import { layTrainGroups, type LaidGroups } from './layTrainGroups.js'
import { measureCompletions } from './measureCompletions.js'
import type { MeasuredCompletion } from './MeasuredCompletion.js'
import { runGroups } from './runGroups.js'
import { shouldRecompute, type RecomputeChoice } from './shouldRecompute.js'
import type { TrainableParameter } from './TrainableParameter.js'
import type { Weights } from './Weights.js'

/**
 * One micro-batch forward and backward. The loss is arithmetic on the log p read from the pass; its gradient goes back
 * into the tape as that of Σ log p · (∂loss/∂log p), the second factor held constant.
 *
 * Groups that cannot have a gradient (every advantage 0 and no KL) run forward only: their statistics count all the same.
 * @returns gradients by variable name, the caller's to free; absent where the loss does not reach a parameter
 */
export function trainGroups(
  weights: Weights,
  parameters: readonly TrainableParameter[],
  groups: readonly TrainGroup[],
  spec: LossSpec,
  recompute: RecomputeChoice,
): { stats: LossStats; gradients: tf.NamedTensorMap } {
  const temperature = spec.type === 'policy' ? spec.temperature : 1
  const isActive = groups.map((group) => mayHaveGradient(group, spec))
  const idle = forwardGroups(
    weights,
    groups.filter((_, g) => !isActive[g]),
    temperature,
  )
  const laid = layTrainGroups(groups.filter((_, g) => isActive[g]))
  const tokens = idle.tokens + laid.layout.tokens
  const lossWith = (active: MeasuredCompletion[][]) => {
    const [fromActive, fromIdle] = [[...active], [...idle.measured]]
    const inOrder = isActive.map((on) => (on ? fromActive.shift() : fromIdle.shift()) as MeasuredCompletion[])
    const { gradient, stats } = groupsLoss(groups, inOrder, spec)
    return { gradient: gradient.filter((_, g) => isActive[g]), stats: { ...stats, tokens } }
  }
  if (laid.rows.length === 0) return { stats: lossWith(measureCompletions(laid, null)).stats, gradients: {} }
  // The gradient of cross-entropy does not depend on log p: from none at all comes the same.
  const knownGradient =
    spec.type === 'crossEntropy' ? gradientOfRows(laid, lossWith(measureCompletions(laid, null)).gradient) : undefined
  let stats: LossStats | null = null
  const { value, grads } = variableGradients(
    () => {
      const pass = runGroups(weights, laid, temperature, {
        recompute: shouldRecompute(recompute, weights, laid.layout.tokens),
        knownGradient,
      })!
      const result = lossWith(measureCompletions(laid, pass))
      stats = result.stats
      return tf.sum<tf.Scalar>(tf.mul(pass.logprobs, tf.tensor1d(gradientOfRows(laid, result.gradient))))
    },
    parameters.map((parameter) => parameter.value),
  )
  value.dispose()
  return { stats: stats!, gradients: grads }
}

function mayHaveGradient(group: TrainGroup, spec: LossSpec): boolean {
  if (spec.type === 'crossEntropy' || spec.beta !== 0) return true
  return group.completions.some((completion) => (completion.advantage ?? 0) !== 0)
}

function gradientOfRows(laid: LaidGroups, gradient: readonly (readonly Float64Array[])[]): Float32Array {
  const out = new Float32Array(laid.rows.length)
  laid.slots.forEach((group, g) =>
    group.forEach((slots, c) =>
      slots.forEach((slot, t) => {
        if (slot >= 0) out[slot] = gradient[g][c][t]
      }),
    ),
  )
  return out
}
