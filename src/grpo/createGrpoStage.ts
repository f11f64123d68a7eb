import type { LossStats } from '../engine/Engine.js'
import type { PolicyLossSpec } from '../engine/loss/LossSpec.js'
import { pipelined } from '../engine/pipelined.js'
import { splitMicroBatches } from '../engine/splitMicroBatches.js'
import { guardedUpdate } from '../engine/guardedUpdate.js'
import type { StepGuard } from '../engine/StepGuard.js'
import { updateMetrics } from '../rollout/updateMetrics.js'
import type { Rollout } from '../rollout/Rollout.js'
import type { TrainingStage } from '../rollout/TrainingStage.js'
import { learningRateAt } from '../engine/learningRateAt.js'
import { addLossStats } from './addLossStats.js'
import type { GrpoOptions } from './GrpoOptions.js'
import { lossMetrics } from './lossMetrics.js'
import { prepareBatch } from './prepareBatch.js'
import { createRolloutQueue, type SampledBatch } from './createRolloutQueue.js'
import type { PreparedBatch } from './sampleBatch.js'
import { rolloutMetrics } from './rolloutMetrics.js'
import { temperatureOf } from './temperatureOf.js'
import { toTrainGroups } from './toTrainGroups.js'
import { sum } from '../lib/sum.js'

/** A generation batch and its place in the stage, from 0. */
type NumberedBatch = PreparedBatch & { readonly index: number }

/** What a checkpoint must carry between two updates of one generation batch, or with a batch that is not trained on yet. */
interface Carry {
  readonly numTokens: number
  readonly batch: NumberedBatch | null
  /** Batches sampled ahead of training; absent in checkpoints of older versions. */
  readonly ahead?: readonly SampledBatch[]
}

/** Group-relative policy optimisation (GRPO, Shao et al. 2024, and its kin): sample, score, compare within groups, update. */
export function createGrpoStage(options: GrpoOptions): TrainingStage {
  const { engine, updatesPerBatch, optimizer } = options
  let numTokens = 0
  let batch: NumberedBatch | null = null
  const queue = createRolloutQueue(options)

  async function nextBatch(index: number, signal: AbortSignal): Promise<NumberedBatch> {
    const waited = performance.now()
    const { scored, staleness } = await queue.take(index, signal)
    const wait = (performance.now() - waited) / 1000
    const prepared = await prepareBatch(options, scored, { stale: staleness > 0 }, signal)
    const ahead: Record<string, number> = options.maxStaleness > 0 ? { 'rollouts/staleness': staleness } : {}
    const timings: Record<string, number> = options.maxStaleness > 0 ? { 'time/rollout_wait_s': wait } : {}
    return {
      ...prepared,
      index,
      statistics: { ...prepared.statistics, ...ahead },
      timings: { ...prepared.timings, ...timings },
    }
  }

  async function runStep(step: number, signal: AbortSignal, guard: StepGuard): Promise<Record<string, number>> {
    const part = (step - 1) % updatesPerBatch
    const index = Math.floor((step - 1) / updatesPerBatch)
    if (batch?.index !== index) batch = await nextBatch(index, signal)
    if (part === 0) await options.onRollouts(step, batch.rollouts)
    const mini = partOf(batch.rollouts, part, updatesPerBatch)
    const started = performance.now()
    const stats = await accumulate(options, mini, lossSpec(options, mini, batch.rollouts), signal)
    const learningRate = learningRateAt(step - 1, { ...optimizer, totalSteps: options.steps })
    const at = { loss: stats.loss, stage: options.name, step }
    const update = await guardedUpdate(engine, at, { ...optimizer, learningRate }, guard, signal)
    const trained = performance.now()
    await engine.syncSampler()
    numTokens += countTokens(mini)
    const metrics = {
      ...lossMetrics(stats, options.loss.beta > 0),
      ...updateMetrics(update),
      learning_rate: learningRate,
      epoch: epochAfter(step, options),
      num_tokens: numTokens,
      ...rolloutMetrics(batch.rollouts, options.loss.scaleRewards),
      ...(part === 0 ? { ...batch.statistics, ...batch.timings } : {}),
      'time/train_s': (trained - started) / 1000,
      'time/sync_s': (performance.now() - trained) / 1000,
    }
    if (part === updatesPerBatch - 1) batch = null
    return metrics
  }

  return {
    totalSteps: options.steps,
    tokensPerStep: tokensPerStep(options),
    runStep,
    carry: (): Carry => {
      const ahead = queue.finished()
      return { numTokens, batch, ...(ahead.length > 0 ? { ahead } : {}) }
    },
    restore: (carry) => {
      const { ahead = [], ...rest } = carry as Carry
      ;({ numTokens, batch } = rest)
      queue.restore(ahead)
    },
  }
}

/** Forward and backward over the groups, micro-batch by micro-batch; the gradient does not depend on the split (bnpo aside). */
async function accumulate(
  options: GrpoOptions,
  rollouts: readonly Rollout[],
  spec: PolicyLossSpec,
  signal: AbortSignal,
): Promise<LossStats> {
  const trained = options.skipEqualGroups ? groupsWithGradient(rollouts) : rollouts
  const microBatches = splitMicroBatches(toTrainGroups(trained), options.microBatchTokens)
  const shared = { ...spec, denominators: { ...spec.denominators, microBatchShare: 1 / microBatches.length } }
  const all = await pipelined(microBatches, options.engine.capabilities().callsInFlight ?? 1, (groups) => {
    signal.throwIfAborted()
    return options.engine.forwardBackward(groups, shared, signal)
  })
  return addLossStats(all)
}

/** The groups that have a gradient; where none has, all: the step's metrics come from them. */
function groupsWithGradient(rollouts: readonly Rollout[]): readonly Rollout[] {
  const some = rollouts.filter(({ completions }) => completions.some(({ advantage }) => advantage !== 0))
  return some.length > 0 ? some : rollouts
}

function lossSpec(options: GrpoOptions, part: readonly Rollout[], whole: readonly Rollout[]): PolicyLossSpec {
  const { type, importanceSamplingLevel, beta, kl, klBiasCorrection, epsilonLow, epsilonHigh, delta } = options.loss
  const completionTokens = whole.flatMap(({ completions }) => completions.map(({ tokens }) => tokens.length))
  return {
    type: 'policy',
    lossType: type,
    importanceSamplingLevel,
    beta: kl.in === 'loss' ? beta : 0,
    klBiasCorrection,
    epsilonLow,
    epsilonHigh,
    delta,
    truncatedImportanceSampling: options.loss.truncatedImportanceSampling,
    temperature: temperatureOf(options),
    denominators: {
      sequences: part.reduce((sum, { completions }) => sum + completions.length, 0),
      tokens: sum(completionTokens) / options.updatesPerBatch,
      maxCompletionLength: options.maxCompletionLength,
      microBatchShare: 1,
    },
  }
}

/** The part-th of `parts` equal runs of groups. */
function partOf(rollouts: readonly Rollout[], part: number, parts: number): readonly Rollout[] {
  const size = rollouts.length / parts
  return rollouts.slice(part * size, (part + 1) * size)
}

function countTokens(rollouts: readonly Rollout[]): number {
  return rollouts.reduce(
    (sum, { prompt, completions }) => sum + completions.reduce((s, { tokens }) => s + prompt.length + tokens.length, 0),
    0,
  )
}

function epochAfter(step: number, { source, promptsPerStep, updatesPerBatch }: GrpoOptions): number {
  const count = source.type === 'sample' ? source.prompts.length : source.rollouts.length
  return (Math.ceil(step / updatesPerBatch) * promptsPerStep) / count
}

function tokensPerStep({
  source,
  promptsPerStep,
  numGenerations,
  maxCompletionLength,
  updatesPerBatch,
}: GrpoOptions): number {
  const prompts =
    source.type === 'sample' ? source.prompts.map(({ tokens }) => tokens) : source.rollouts.map(({ prompt }) => prompt)
  const mean = prompts.reduce((sum, { length }) => sum + length, 0) / prompts.length
  return (promptsPerStep * numGenerations * (mean + maxCompletionLength)) / updatesPerBatch
}
