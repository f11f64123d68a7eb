import { splitMicroBatches } from '../engine/splitMicroBatches.js'
import type { Rollout } from '../rollout/Rollout.js'
import type { GrpoOptions } from './GrpoOptions.js'
import { temperatureOf } from './temperatureOf.js'
import { toTrainGroups } from './toTrainGroups.js'

/**
 * Adds what the loss compares with: the reference's log p where beta is not 0, and the old policy's where several
 * updates are made from the batch (with one, the policy is on its own samples and the old log p is its own, detached).
 */
export async function attachLogprobs(
  options: GrpoOptions,
  rollouts: readonly Rollout[],
  signal: AbortSignal,
): Promise<readonly Rollout[]> {
  const refs = options.loss.beta > 0 ? await logprobsOf(options, rollouts, 'reference', signal) : null
  const offPolicy = options.updatesPerBatch > 1 || options.loss.truncatedImportanceSampling !== null
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

/** Log p of every completion, in order. */
async function logprobsOf(
  options: GrpoOptions,
  rollouts: readonly Rollout[],
  weights: 'policy' | 'reference',
  signal: AbortSignal,
): Promise<number[][]> {
  const temperature = temperatureOf(options)
  const all: number[][] = []
  for (const groups of splitMicroBatches(toTrainGroups(rollouts), options.microBatchTokens)) {
    signal.throwIfAborted()
    all.push(...(await options.engine.groupLogprobs(groups, { weights, temperature })).flat())
  }
  return all
}
