import type { LossStats } from '../engine/Engine.js'

/** The statistics of a step from those of its micro-batches: sums add up, extremes combine, log p follow one another. */
export function addLossStats(parts: readonly LossStats[]): LossStats {
  const merge = (name: 'sums' | 'minima' | 'maxima', join: (a: number, b: number) => number) => {
    const out: Record<string, number> = {}
    for (const part of parts) {
      for (const [key, value] of Object.entries(part[name])) out[key] = key in out ? join(out[key], value) : value
    }
    return out
  }
  const total = (name: 'loss' | 'lossTokens' | 'tokens') => parts.reduce((sum, part) => sum + part[name], 0)
  return {
    loss: total('loss'),
    lossTokens: total('lossTokens'),
    tokens: total('tokens'),
    sums: merge('sums', (a, b) => a + b),
    minima: merge('minima', Math.min),
    maxima: merge('maxima', Math.max),
    logprobs: parts.flatMap((part) => part.logprobs),
  }
}
