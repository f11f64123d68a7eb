import type { PolicyLossSpec } from './LossSpec.js'

/** One token's policy term and its partial derivatives; the ratio's own dependence on log p is the caller's. */
export interface PolicyTerm {
  readonly loss: number
  readonly byRatio: number
  readonly byLogprob: number
}

/**
 * The policy part of one token's loss, without KL.
 * - grpo, bnpo, dr_grpo, dapo, luspo: −min(min(r, delta)·A, clip(r, 1 − εlow, 1 + εhigh)·A)  (PPO's; delta: dual clip)
 * - cispo: −sg(min(r, εhigh))·A·log p  (MiniMax-M1; εhigh is the bound itself)
 * - sapo: −A·4/τ·sigmoid(τ(r − 1)), τ 1.0 where A > 0, else 1.05  (soft gate)
 * - vespo: −sg(φ)·A·log p, φ the row's weight (see vespoWeight)
 */
export function policyTerm(
  spec: PolicyLossSpec,
  token: { ratio: number; logprob: number; advantage: number; phi: number },
): PolicyTerm {
  const { ratio, logprob, advantage, phi } = token
  switch (spec.lossType) {
    case 'cispo': {
      const weight = Math.min(ratio, spec.epsilonHigh) * advantage
      return { loss: -weight * logprob, byRatio: 0, byLogprob: -weight }
    }
    case 'vespo':
      return { loss: -phi * advantage * logprob, byRatio: 0, byLogprob: -phi * advantage }
    case 'sapo': {
      const tau = advantage > 0 ? 1 : 1.05
      const gate = 1 / (1 + Math.exp(-tau * (ratio - 1)))
      return { loss: (-advantage * 4 * gate) / tau, byRatio: -advantage * 4 * gate * (1 - gate), byLogprob: 0 }
    }
    default:
      return clippedTerm(spec, ratio, advantage)
  }
}

function clippedTerm(spec: PolicyLossSpec, ratio: number, advantage: number): PolicyTerm {
  const cap = spec.delta ?? Infinity
  const low = 1 - spec.epsilonLow
  const high = 1 + spec.epsilonHigh
  const free = Math.min(ratio, cap) * advantage
  const clipped = Math.min(Math.max(ratio, low), high) * advantage
  const freeSlope = ratio <= cap ? advantage : 0
  const clippedSlope = ratio >= low && ratio <= high ? advantage : 0
  // Where both are equal the gradient is shared between them, as torch.min does.
  const slope = free < clipped ? freeSlope : free > clipped ? clippedSlope : (freeSlope + clippedSlope) / 2
  return { loss: -Math.min(free, clipped), byRatio: -slope, byLogprob: 0 }
}
