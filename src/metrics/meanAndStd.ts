import { sum } from '../lib/sum.js'

/** Mean and standard deviation with Bessel's correction (0 for fewer than two values; mean NaN for none). */
export function meanAndStd(values: readonly number[]): { mean: number; std: number } {
  const mean = sum(values) / values.length
  if (values.length < 2) return { mean, std: 0 }
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { mean, std: Math.sqrt(squares / (values.length - 1)) }
}
