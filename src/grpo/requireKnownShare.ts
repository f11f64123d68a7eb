import type { Rollout } from '../rollout/Rollout.js'
import type { GrpoOptions } from './GrpoOptions.js'
import { UnknownShareError } from './UnknownShareError.js'

/** @throws UnknownShareError when too many completions have no reward: training on the rest would hide a broken verifier */
export function requireKnownShare(options: GrpoOptions, rollouts: readonly Rollout[]): void {
  const completions = rollouts.flatMap((rollout) => rollout.completions)
  const unknown = completions.filter(({ reward }) => reward === null)
  if (unknown.length <= options.maxUnknownShare * completions.length) return
  const reason = unknown.at(-1)?.verdict?.reason ?? 'no reward was given'
  throw new UnknownShareError(options.name, unknown.length, completions.length, options.maxUnknownShare, reason)
}
