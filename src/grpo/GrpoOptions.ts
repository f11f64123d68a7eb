import type { AdamParams, Engine, SampleParams } from '../engine/Engine.js'
import type { PolicyLossType } from '../engine/loss/LossSpec.js'
import type { PromptItem } from '../rollout/PromptItem.js'
import type { Rollout } from '../rollout/Rollout.js'
import type { ScoreCompletions } from '../rollout/ScoreCompletions.js'

/** Where a batch's groups come from: the policy itself, or a recording. */
export type RolloutSource =
  | {
      readonly type: 'sample'
      readonly prompts: readonly PromptItem[]
      readonly shuffle: boolean
      readonly sampling: Omit<SampleParams, 'numGenerations' | 'seed' | 'signal'>
      readonly score: ScoreCompletions
      readonly decode: (tokens: readonly number[]) => string
      /** Groups without spread are replaced by others, at most this many times a batch; 0 switches it off. */
      readonly maxResamples: number
    }
  | { readonly type: 'replay'; readonly rollouts: readonly Rollout[] }

export interface GrpoOptions {
  readonly engine: Engine
  readonly name: string
  readonly seed: number
  readonly source: RolloutSource
  /** Optimizer steps. */
  readonly steps: number
  readonly promptsPerStep: number
  readonly numGenerations: number
  readonly maxCompletionLength: number
  /** Optimizer steps made from one generation batch; it is cut into that many parts. */
  readonly updatesPerBatch: number
  /** Batches that sampling may run ahead of training. */
  readonly maxStaleness: number
  /** Leave groups whose advantages are all 0 out of training. */
  readonly skipEqualGroups: boolean
  readonly microBatchTokens: number
  readonly loss: {
    readonly type: PolicyLossType
    readonly importanceSamplingLevel: 'token' | 'sequence'
    readonly beta: number
    /** A term of the loss, or taken off each completion's reward. */
    readonly kl: { readonly in: 'loss' | 'reward' }
    readonly klBiasCorrection: boolean
    readonly epsilonLow: number
    readonly epsilonHigh: number
    readonly delta: number | null
    readonly truncatedImportanceSampling: number | null
    readonly scaleRewards: 'group' | 'batch' | 'none'
    readonly multiObjectiveAggregation: 'sum_then_normalize' | 'normalize_then_sum'
    /** Weight of each reward by name (normalize_then_sum alone needs it). */
    readonly rewardWeights: Readonly<Record<string, number>>
  }
  readonly optimizer: Omit<AdamParams, 'learningRate'> & {
    readonly learningRate: number
    readonly schedule: 'constant' | 'linear' | 'cosine'
    readonly warmupSteps: number
  }
  /** A judge that fails for more than this share of a batch's answers stops the run. */
  readonly maxUnknownShare: number
  /** Sees every batch with its rewards and advantages; `step` is the first optimizer step made from it. */
  readonly onRollouts: (step: number, rollouts: readonly Rollout[]) => void | Promise<void>
}
