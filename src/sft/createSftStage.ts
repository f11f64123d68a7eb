import type { AdamParams, Engine } from '../engine/Engine.js'
import { InputError } from '../lib/InputError.js'
import { guardedUpdate } from '../engine/guardedUpdate.js'
import type { StepGuard } from '../engine/StepGuard.js'
import { updateMetrics } from '../rollout/updateMetrics.js'
import { promptAt } from '../rollout/promptAt.js'
import type { TrainingStage } from '../rollout/TrainingStage.js'
import { countLabels } from './countLabels.js'
import { crossEntropyOver } from './crossEntropyOver.js'
import type { LabelledSequence } from './LabelledSequence.js'
import { learningRateAt } from '../engine/learningRateAt.js'
import { packSequences, type PackingStrategy } from './packSequences.js'

export interface SftOptions {
  readonly engine: Engine
  readonly name: string
  readonly seed: number
  readonly train: readonly LabelledSequence[]
  readonly validation: readonly LabelledSequence[]
  /** Steps between validations; one comes after the last step in any case. */
  readonly validateEverySteps: number
  /** One of the two. */
  readonly epochs?: number
  readonly steps?: number
  /** Rows (sequences, or packs of them) an optimizer step. */
  readonly batchSize: number
  readonly microBatchTokens: number
  readonly packing: PackingStrategy
  /** Longest row, in tokens. */
  readonly maxLength: number
  readonly aggregation: 'token' | 'sequence'
  readonly shuffle: boolean
  readonly optimizer: Omit<AdamParams, 'learningRate'> & {
    readonly learningRate: number
    readonly schedule: 'constant' | 'linear' | 'cosine'
    readonly warmupSteps: number
  }
  /** Says what packing cut, once. */
  readonly warn: (message: string) => void
}

/** Supervised fine-tuning: the mean over each whole batch, AdamW, a schedule; rows in an order keyed by the seed. */
export function createSftStage(options: SftOptions): TrainingStage {
  const { engine, batchSize, optimizer } = options
  const rows = packRows(options)
  // Cut as training sequences are; packs would change nothing about a mean over labels.
  const validation = packSequences(options.validation, { strategy: 'none', length: options.maxLength }).rows.flat()
  const stepsPerEpoch = Math.ceil(rows.length / batchSize)
  const totalSteps = options.steps ?? Math.ceil((options.epochs ?? 1) * stepsPerEpoch)
  let numTokens = 0

  async function runStep(step: number, signal: AbortSignal, guard: StepGuard): Promise<Record<string, number>> {
    const batch = batchOf(rows, step, stepsPerEpoch, options)
    const started = performance.now()
    const result = await crossEntropyOver(engine, batch, {
      train: true,
      microBatchTokens: options.microBatchTokens,
      aggregation: options.aggregation,
      signal,
    })
    const learningRate = learningRateAt(step - 1, { ...optimizer, totalSteps })
    const at = { loss: result.loss, stage: options.name, step }
    const update = await guardedUpdate(engine, at, { ...optimizer, learningRate }, guard, signal)
    const trained = performance.now()
    if (step === totalSteps) await engine.syncSampler() // nothing samples before
    numTokens += countTokens(batch)
    const due = step === totalSteps || step % options.validateEverySteps === 0
    return {
      loss: result.loss,
      ...updateMetrics(update),
      learning_rate: learningRate,
      epoch: step / stepsPerEpoch,
      num_tokens: numTokens,
      mean_token_accuracy: result.accuracy,
      entropy: result.entropy,
      'time/train_s': (trained - started) / 1000,
      ...(due && validation.length > 0 ? await validate() : {}),
    }
  }

  async function validate(): Promise<Record<string, number>> {
    const { microBatchTokens, aggregation } = options
    const started = performance.now()
    const { loss } = await crossEntropyOver(engine, validation, { train: false, microBatchTokens, aggregation })
    return { eval_loss: loss, 'time/evaluate_s': (performance.now() - started) / 1000 }
  }

  return {
    totalSteps,
    tokensPerStep: (countTokens(rows.flat()) / rows.length) * Math.min(batchSize, rows.length),
    runStep,
    carry: () => ({ numTokens }),
    restore: (carry) => {
      numTokens = (carry as { numTokens: number }).numTokens
    },
  }
}

function packRows(options: SftOptions): LabelledSequence[][] {
  const packed = packSequences(options.train, { strategy: options.packing, length: options.maxLength })
  if (packed.cutSequences > 0) {
    options.warn(
      `stage ${options.name}: packing ${options.packing} cut ${packed.cutTokens} tokens off ${packed.cutSequences} sequences ` +
        `longer than ${options.maxLength} (packing: bfd_split loses nothing)`,
    )
  }
  if (packed.rows.every((row) => countLabels(row) === 0)) {
    throw new InputError(
      `stage ${options.name}: none of its ${options.train.length} training sequences has a label to learn from`,
    )
  }
  return packed.rows
}

function batchOf(
  rows: readonly LabelledSequence[][],
  step: number,
  stepsPerEpoch: number,
  { batchSize, seed, name, shuffle }: SftOptions,
): LabelledSequence[] {
  const epoch = Math.floor((step - 1) / stepsPerEpoch)
  const first = ((step - 1) % stepsPerEpoch) * batchSize
  const last = Math.min(first + batchSize, rows.length) // an epoch's last batch may be short
  const batch = []
  for (let place = first; place < last; place++) {
    batch.push(...rows[promptAt(epoch * rows.length + place, rows.length, { seed, stage: name, shuffle })])
  }
  return batch
}

function countTokens(sequences: readonly LabelledSequence[]): number {
  return sequences.reduce((sum, { tokens }) => sum + tokens.length, 0)
}
