import * as tf from '@tensorflow/tfjs-core'
import { makeVariable } from '../../model/makeVariable.js'
import { adamW } from '../../ops/adamW.js'
import { gradientNorm } from '../../ops/gradientNorm.js'
import { markTrained } from '../../ops/markTrained.js'
import { sumGradients } from '../../ops/sumGradients.js'
import { zeroFloats } from '../../ops/zeroFloats.js'
import type { AdamParams } from '../Engine.js'
import { GradientNotFiniteError } from '../GradientNotFiniteError.js'
import type { TrainableParameter } from './TrainableParameter.js'

export interface Moments {
  readonly m: tf.Variable
  readonly v: tf.Variable
}

/** AdamW over a set of parameters: adds gradients up, steps, and owns the moments. */
export interface Optimizer {
  /** Steps taken since the last reset. */
  readonly step: number
  /** By parameter name; empty before the first step. */
  readonly moments: ReadonlyMap<string, Moments>
  /** Adds a pass's gradients (by variable name) to those held; where it fails, none are held any more. */
  accumulate(pass: () => tf.NamedTensorMap): void
  dropGradients(): void
  /**
   * Clips, steps, clears the gradients. A parameter that no gradient reached has the gradient 0.
   * Nothing but the gradients goes where their norm is above skipAbove.
   * @returns the L2 norm over all gradients before clipping
   * @throws GradientNotFiniteError when it is not finite; weights and moments are then as before
   */
  update(params: AdamParams): { gradNorm: number; skipped?: boolean }
  reset(): void
  /** Takes moments (values by parameter name) and the step count over from a saved state. */
  restore(step: number, moments: ReadonlyMap<string, { m: Float32Array; v: Float32Array }>): void
  dispose(): void
}

export function createOptimizer(parameters: readonly TrainableParameter[]): Optimizer {
  let gradients = new Map<string, tf.Tensor>()
  const moments = new Map<string, Moments>()
  let step = 0
  for (const { value } of parameters) markTrained(value)

  const variables = parameters.map(({ value }) => value)
  const accumulate = (pass: () => tf.NamedTensorMap) => {
    const held = gradients
    gradients = new Map()
    gradients = sumGradients(variables, held, pass)
  }
  const dropGradients = () => {
    tf.dispose([...gradients.values()])
    gradients.clear()
  }
  const reset = () => {
    for (const { m, v } of moments.values()) tf.dispose([m, v])
    moments.clear()
    step = 0
  }
  const ensureMoments = () => {
    if (moments.size > 0) return
    const zeros = ({ size, shape }: tf.Variable) => makeVariable(zeroFloats(size), shape)
    for (const { name, value } of parameters) moments.set(name, { m: zeros(value), v: zeros(value) })
  }

  /** Names of the parameters whose own gradient is not finite. */
  const notFinite = () =>
    parameters
      .filter(({ value }) => gradients.has(value.name) && !Number.isFinite(gradientNorm([gradients.get(value.name)!])))
      .map(({ name }) => name)

  return {
    get step() {
      return step
    },
    moments,
    accumulate,
    dropGradients,
    update(params) {
      const norm = gradientNorm([...gradients.values()])
      if (!Number.isFinite(norm)) throw new GradientNotFiniteError(norm, notFinite())
      if (norm > (params.skipAbove ?? Infinity)) {
        dropGradients()
        return { gradNorm: norm, skipped: true }
      }
      ensureMoments()
      for (const { value } of parameters)
        if (!gradients.has(value.name)) gradients.set(value.name, tf.zeros(value.shape))
      step++
      adamW(
        parameters.map(({ name, value, isBiasOrNorm }) => ({
          value,
          gradient: gradients.get(value.name)!,
          ...moments.get(name)!,
          decay: !(isBiasOrNorm && params.decayExclude === 'biasAndNorm'),
        })),
        { ...params, step, clipScale: clipScale(norm, params.maxGradNorm) },
      )
      dropGradients()
      return { gradNorm: norm }
    },
    reset,
    restore(savedStep, saved) {
      reset()
      step = savedStep
      for (const { name, value } of parameters) {
        markTrained(value) // restored weights lie in new memory
        const held = saved.get(name)
        if (held) moments.set(name, { m: makeVariable(held.m, value.shape), v: makeVariable(held.v, value.shape) })
      }
    },
    dispose() {
      dropGradients()
      reset()
    },
  }
}

/** torch.nn.utils.clip_grad_norm_'s factor; 1 where clipping is off. */
function clipScale(norm: number, maxGradNorm: number): number {
  return maxGradNorm > 0 ? Math.min(1, maxGradNorm / (norm + 1e-6)) : 1
}
