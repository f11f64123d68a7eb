import { pipelined } from '../engine/pipelined.js'
import { splitMicroBatches } from '../engine/splitMicroBatches.js'
import type { Rollout } from '../rollout/Rollout.js'
import type { GrpoOptions } from './GrpoOptions.js'
import { temperatureOf } from './temperatureOf.js'
import { toTrainGroups } from './toTrainGroups.js'

/**
 * Adds what the loss compares with: the reference's log p where beta is not 0, and the old policy's where several
 * updates are made from the batch (with one, the policy is on its own samples and the old log p is its own, detached).
 *
 * `stale`: the weights have moved on since the batch was sampled. The old policy is then the one that sampled it, by its own
 * log p; with truncated importance sampling it is today's, and the truncated weight makes up for the way between the two.
 */
export async function attachLogprobs(
  options: GrpoOptions,
  given: readonly Rollout[],
  { stale }: { readonly stale: boolean },
  signal: AbortSignal,
): Promise<readonly Rollout[]> {
  const { beta, truncatedImportanceSampling: cap, kl } = options.loss
  const rollouts = stale && cap === null ? withSamplersLogprobs(given) : given
  const refs = beta > 0 ? await logprobsOf(options, rollouts, 'reference', signal) : null
  const unsampled = rollouts.some(({ completions }) => completions.some(({ samplerLogprobs }) => !samplerLogprobs))
  const offPolicy = options.updatesPerBatch > 1 || cap !== null || (refs !== null && kl.in === 'reward' && unsampled)
  const missing = rollouts.some(({ completions }) => completions.some(({ oldLogprobs }) => oldLogprobs === null))
  const olds = offPolicy && missing ? await logprobsOf(options, rollouts, 'policy', signal) : null
  if (!refs && !olds) return rollouts
  let next = 0
  return rollouts.map((rollout) => ({
    ...rollout,
    completions: rollout.completions.map((completion) => {
      const i = next++
      return {
        ...completion,
        refLogprobs: refs ? refs[i] : completion.refLogprobs,
        oldLogprobs: completion.oldLogprobs ?? (olds ? olds[i] : null),
      }
    }),
  }))
}

function withSamplersLogprobs(rollouts: readonly Rollout[]): Rollout[] {
  return rollouts.map((rollout) => ({
    ...rollout,
    completions: rollout.completions.map((completion) => ({
      ...completion,
      oldLogprobs: completion.oldLogprobs ?? completion.samplerLogprobs,
    })),
  }))
}

/** Log p of every completion, in order. */
async function logprobsOf(
  options: GrpoOptions,
  rollouts: readonly Rollout[],
  weights: 'policy' | 'reference',
  signal: AbortSignal,
): Promise<number[][]> {
  const temperature = temperatureOf(options)
  const microBatches = splitMicroBatches(toTrainGroups(rollouts), options.microBatchTokens)
  const depth = options.engine.capabilities().callsInFlight ?? 1
  const all = await pipelined(microBatches, depth, (groups) => {
    signal.throwIfAborted()
    return options.engine.groupLogprobs(groups, { weights, temperature }, signal)
  })
  return all.flat(2)
}
