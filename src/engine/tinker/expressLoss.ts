import type { LossSpec, PolicyLossSpec } from '../loss/LossSpec.js'
import type { Reduction } from './TinkerEngineOptions.js'

/** The server's loss that has our gradient. */
export type WireLoss =
  /** Cross entropy with weights of its own kind. */
  | { readonly loss: 'cross_entropy' }
  /** The ratio is clipped by the server; old log p are needed, no fresh ones. */
  | { readonly loss: 'ppo' | 'cispo'; readonly config: Readonly<Record<string, number>> }
  /** Any loss: its gradient is worked out here from fresh log p, and sent as the advantages of a ratio that is 1. */
  | { readonly loss: 'importance_sampling' }

/**
 * How a loss goes over the wire. Servers weigh tokens in their own way (see Reduction), so advantages are scaled until the
 * gradient is ours. What no server has (a token mean under sequenceMean, sequence-level ratios, sapo, vespo, dual clip)
 * costs one more forward pass: with log p that are fresh the ratio is 1, and importance sampling's gradient is
 * −advantage · ∇log p, whatever advantage we name.
 */
export function expressLoss(spec: LossSpec, reduction: Reduction): WireLoss {
  if (spec.type === 'crossEntropy') {
    const native = reduction === 'tokenSum' || spec.aggregation === 'sequence'
    return native ? { loss: 'cross_entropy' } : { loss: 'importance_sampling' }
  }
  if (!isClippedTokenRatio(spec)) return { loss: 'importance_sampling' }
  const config =
    spec.lossType === 'cispo'
      ? { clip_low_threshold: 0, clip_high_threshold: spec.epsilonHigh }
      : { clip_low_threshold: 1 - spec.epsilonLow, clip_high_threshold: 1 + spec.epsilonHigh }
  return { loss: spec.lossType === 'cispo' ? 'cispo' : 'ppo', config }
}

function isClippedTokenRatio({ lossType, importanceSamplingLevel, delta, beta }: PolicyLossSpec): boolean {
  if (importanceSamplingLevel === 'sequence' || delta !== null || beta !== 0) return false
  return lossType !== 'sapo' && lossType !== 'vespo'
}
