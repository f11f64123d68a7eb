import { promptAt } from '../rollout/promptAt.js'
import { collectRollouts } from '../rollout/collectRollouts.js'
import type { PromptItem } from '../rollout/PromptItem.js'
import type { Rollout } from '../rollout/Rollout.js'
import { scoreRollouts } from '../rollout/scoreRollouts.js'
import { keyedRandom } from '../lib/keyedRandom.js'
import type { GrpoOptions, RolloutSource } from './GrpoOptions.js'

/** A generation batch: completions and their rewards, and, once it is prepared, advantages and log p to compare with. */
export interface PreparedBatch {
  readonly rollouts: readonly Rollout[]
  /** Verifier counters and the like, under the step log's names. */
  readonly statistics: Readonly<Record<string, number>>
  /** Seconds. */
  readonly timings: Readonly<Record<string, number>>
}

/**
 * Samples and scores the `batchIndex`-th generation batch. All randomness is keyed by (seed, stage, batch, place), so the
 * batch can be made again.
 */
export async function sampleBatch(
  options: GrpoOptions,
  batchIndex: number,
  signal: AbortSignal,
): Promise<PreparedBatch> {
  const { source, promptsPerStep } = options
  return source.type === 'replay'
    ? replayedBatch(source.rollouts, batchIndex, promptsPerStep)
    : sampledBatch(options, source, batchIndex, signal)
}

function replayedBatch(recorded: readonly Rollout[], batchIndex: number, promptsPerStep: number): PreparedBatch {
  const place = (i: number) => (batchIndex * promptsPerStep + i) % recorded.length
  return {
    rollouts: Array.from({ length: promptsPerStep }, (_, i) => recorded[place(i)]),
    statistics: {},
    timings: {},
  }
}

type SampleSource = Extract<RolloutSource, { type: 'sample' }>

async function sampledBatch(
  options: GrpoOptions,
  source: SampleSource,
  batchIndex: number,
  signal: AbortSignal,
): Promise<PreparedBatch> {
  const totals = new Map<string, number>()
  const add = (name: string, value: number) => totals.set(name, (totals.get(name) ?? 0) + value)

  async function sampleAndScore(prompts: readonly PromptItem[], attempt: number): Promise<Rollout[]> {
    const started = performance.now()
    const keys = prompts.map((_, i) => [options.name, batchIndex, attempt, i])
    const params = { ...source.sampling, numGenerations: options.numGenerations, seed: options.seed, signal }
    const rollouts = await collectRollouts(options.engine, prompts, keys, params, source.decode)
    const sampled = performance.now()
    add('time/rollout_s', (sampled - started) / 1000)
    const scored = await scoreRollouts(
      rollouts,
      prompts,
      source.score,
      `${options.name}/${batchIndex}/${attempt}`,
      signal,
    )
    add('time/verify_s', (performance.now() - sampled) / 1000)
    for (const [name, value] of Object.entries(scored.statistics)) {
      // A quantile of several attempts is not their sum: the slowest stands for them.
      if (name.includes('latency')) totals.set(name, Math.max(totals.get(name) ?? 0, value))
      else add(name, value)
    }
    return scored.rollouts
  }

  const prompts = Array.from(
    { length: options.promptsPerStep },
    (_, i) =>
      source.prompts[
        promptAt(batchIndex * options.promptsPerStep + i, source.prompts.length, {
          ...options,
          stage: options.name,
          shuffle: source.shuffle,
        })
      ],
  )
  let rollouts = await sampleAndScore(prompts, 0)
  for (let attempt = 1; attempt <= source.maxResamples; attempt++) {
    const dull = rollouts.flatMap((rollout, i) => (hasSpread(rollout) ? [] : [i]))
    if (dull.length === 0) break
    const random = keyedRandom(options.seed, 'resample', options.name, batchIndex, attempt)
    const fresh = await sampleAndScore(
      dull.map(() => random.pick(source.prompts)),
      attempt,
    )
    const better = fresh.filter(hasSpread)
    dull.slice(0, better.length).forEach((place, i) => (rollouts = rollouts.with(place, better[i])))
    add('resampled_groups', better.length)
  }
  const entries = [...totals]
  const isTime = ([name]: [string, number]) => name.startsWith('time/')
  return {
    rollouts,
    statistics: Object.fromEntries(entries.filter((entry) => !isTime(entry))),
    timings: Object.fromEntries(entries.filter(isTime)),
  }
}

/** Whether a group teaches anything: not all of its known rewards are equal. */
function hasSpread({ completions }: Rollout): boolean {
  const known = completions.flatMap(({ reward }) => (reward === null ? [] : [reward]))
  return known.some((reward) => reward !== known[0])
}
