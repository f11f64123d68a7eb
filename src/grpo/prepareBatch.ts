import { attachLogprobs } from './attachLogprobs.js'
import type { GrpoOptions } from './GrpoOptions.js'
import { klPenalties } from './klPenalties.js'
import { requireKnownShare } from './requireKnownShare.js'
import type { PreparedBatch } from './sampleBatch.js'
import { withAdvantages } from './withAdvantages.js'

/** Makes a scored batch ready to learn from: the log p that the loss compares with, and advantages. */
export async function prepareBatch(
  options: GrpoOptions,
  scored: PreparedBatch,
  { stale }: { readonly stale: boolean },
  signal: AbortSignal,
): Promise<PreparedBatch> {
  requireKnownShare(options, scored.rollouts)
  const started = performance.now()
  const attached = await attachLogprobs(options, scored.rollouts, { stale }, signal)
  const { beta, kl } = options.loss
  const penalties = beta > 0 && kl.in === 'reward' ? klPenalties(attached, beta) : null
  return {
    rollouts: withAdvantages(attached, options.loss, penalties),
    statistics: scored.statistics,
    timings: { ...scored.timings, 'time/reference_s': (performance.now() - started) / 1000 },
  }
}
