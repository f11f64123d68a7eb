import type { LossStats } from '../engine/Engine.js'

/** A step's loss and what was seen on the way, under TRL's names. */
export function lossMetrics(stats: LossStats, withKl: boolean): Record<string, number> {
  const { sums, minima, maxima } = stats
  const share = (sum: number | undefined, count: number | undefined) => (count ? (sum ?? 0) / count : undefined)
  return defined({
    loss: stats.loss,
    entropy: 'entropy' in sums ? share(sums['entropy'], stats.lossTokens) : undefined,
    kl: withKl ? share(sums['kl'], stats.lossTokens) : undefined,
    'clip_ratio/low_mean': share(sums['clipLow'], sums['clipCount']),
    'clip_ratio/low_min': minima['clipLow'],
    'clip_ratio/high_mean': share(sums['clipHigh'] ?? sums['cispoClip'], sums['clipCount']),
    'clip_ratio/high_max': maxima['clipHigh'],
    'clip_ratio/region_mean': share(sums['clipRegion'] ?? sums['cispoClip'], sums['clipCount']),
    'sampling/sampling_logp_difference/mean': share(sums['logpDifference'], sums['samplerTokens']),
    'sampling/sampling_logp_difference/max': maxima['logpDifference'],
    'sampling/importance_sampling_ratio/min': minima['importanceRatio'],
    'sampling/importance_sampling_ratio/mean': share(sums['importanceRatio'], sums['samplerTokens']),
    'sampling/importance_sampling_ratio/max': maxima['importanceRatio'],
  })
}

function defined(values: Record<string, number | undefined>): Record<string, number> {
  return Object.fromEntries(Object.entries(values).filter((entry): entry is [string, number] => entry[1] !== undefined))
}
