/** Cross entropy: −Σ log p(label) over the whole step's labels, or the mean over its sequences of each one's mean. */
export interface CrossEntropySpec {
  readonly type: 'crossEntropy'
  /** Default token. */
  readonly aggregation?: 'token' | 'sequence'
  /** Labels of the whole optimizer step, over all its micro-batches. */
  readonly denominator: number
  /** Sequences of the whole optimizer step; default: those of the call. */
  readonly sequences?: number
}

export type PolicyLossType = 'grpo' | 'bnpo' | 'dr_grpo' | 'dapo' | 'cispo' | 'sapo' | 'vespo' | 'luspo'

/** A policy-gradient loss; formulas in field-notes and test/golden/README. Plain JSON: it may cross a thread or a network. */
export interface PolicyLossSpec {
  readonly type: 'policy'
  readonly lossType: PolicyLossType
  readonly importanceSamplingLevel: 'token' | 'sequence'
  readonly beta: number
  readonly klBiasCorrection: boolean
  readonly epsilonLow: number
  readonly epsilonHigh: number
  /** Upper clip of the ratio where the two-sided one does not hold (dual clip); null: none. */
  readonly delta: number | null
  /** log p is log softmax(logits / temperature). */
  readonly temperature: number
  /** Weight min(exp(oldLogp − samplerLogp), cap) a token; null: off. */
  readonly truncatedImportanceSampling: number | null
  /** Denominators of the whole optimizer step: rows without reward or spread are skipped in the work but count here. */
  readonly denominators: {
    /** Completions of the step. */
    readonly sequences: number
    /** Completion tokens of the generation batch ÷ optimizer steps made from it. */
    readonly tokens: number
    readonly maxCompletionLength: number
    /** bnpo alone divides by each micro-batch's own tokens; its share of the step, e.g. 1 / micro-batches. */
    readonly microBatchShare: number
  }
}

export type LossSpec = CrossEntropySpec | PolicyLossSpec
