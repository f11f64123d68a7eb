const LOWEST = Math.log(1e-8)
const HIGHEST = 20

/**
 * VESPO's weight of a sequence, φ = exp(λ + k·log w − λ·w) with log w = Σ clamp(log p − old, ±20) clamped to
 * [log 1e-8, 20]; (k, λ) = (2, 3) where the advantage is ≥ 0, else (3, 2). It carries no gradient.
 * @param logRatios the sequence's log p − old, over its counted tokens
 * @param samplerLogRatio Σ log of its truncated importance weights, 0 where they are off
 */
export function vespoWeight(logRatios: readonly number[], samplerLogRatio: number, advantage: number): number {
  const sum = logRatios.reduce((total, ratio) => total + Math.min(Math.max(ratio, -20), 20), samplerLogRatio)
  const logWeight = Math.min(Math.max(sum, LOWEST), HIGHEST)
  const [k, lambda] = advantage >= 0 ? [2, 3] : [3, 2]
  return Math.exp(lambda + k * logWeight - lambda * Math.exp(logWeight))
}
