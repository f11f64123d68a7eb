import * as tf from '@tensorflow/tfjs-core'
import { activeNative } from './backends/activeNative.js'
import type { NativeBackend } from './backends/NativeBackend.js'

/** A parameter with its gradient and its two moments, all of one shape. */
export interface AdamParameter {
  readonly value: tf.Variable
  readonly gradient: tf.Tensor
  readonly m: tf.Variable
  readonly v: tf.Variable
  /** Whether weight decay applies to it. */
  readonly decay: boolean
}

export interface AdamOptions {
  readonly learningRate: number
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
  readonly weightDecay: number
  /** Counts from 1 (bias correction). */
  readonly step: number
  /** Multiplies every gradient (1, or what clipping leaves). */
  readonly clipScale: number
}

/**
 * One AdamW step (Loshchilov & Hutter 2019, as torch.optim.AdamW computes it):
 *   θ ← θ − lr·λ·θ;  m ← β1·m + (1 − β1)·g;  v ← β2·v + (1 − β2)·g²
 *   θ ← θ − lr/(1 − β1^t) · m / (sqrt(v)/sqrt(1 − β2^t) + ε)
 */
export function adamW(parameters: readonly AdamParameter[], options: AdamOptions): void {
  const backend = activeNative()
  if (!backend) return adamWReference(parameters, options)
  for (const parameter of parameters) updateInPlace(backend, parameter, options)
}

/** The definition, in plain tf ops. */
export function adamWReference(parameters: readonly AdamParameter[], options: AdamOptions): void {
  for (const parameter of parameters) tf.tidy(() => updateOne(parameter, options))
}

function updateOne({ value, gradient, m, v, decay }: AdamParameter, options: AdamOptions): void {
  const { learningRate, beta1, beta2, epsilon, weightDecay, step, clipScale } = options
  const g = tf.mul(gradient, clipScale)
  m.assign(tf.add(tf.mul(m, beta1), tf.mul(g, 1 - beta1)))
  v.assign(tf.add(tf.mul(v, beta2), tf.mul(tf.square(g), 1 - beta2)))
  const decayed = decay ? tf.mul(value, 1 - learningRate * weightDecay) : value
  const denominator = tf.add(tf.div(tf.sqrt(v), Math.sqrt(1 - beta2 ** step)), epsilon)
  value.assign(tf.sub(decayed, tf.mul(tf.div(m, denominator), learningRate / (1 - beta1 ** step))))
}

function updateInPlace(backend: NativeBackend, { value, gradient, m, v, decay }: AdamParameter, o: AdamOptions): void {
  backend.addon.adamW(
    backend.writable(value),
    backend.floats(gradient),
    backend.writable(m),
    backend.writable(v),
    o.beta1,
    1 - o.beta1,
    o.beta2,
    1 - o.beta2,
    o.epsilon,
    o.clipScale,
    decay ? 1 - o.learningRate * o.weightDecay : 1,
    o.learningRate / (1 - o.beta1 ** o.step),
    1 / Math.sqrt(1 - o.beta2 ** o.step),
  )
}
