import type { RopeConfig } from './RopeConfig.js'

/** A decoder's shape and switches, read from a Hugging Face config.json (Llama, Qwen2/2.5 and Qwen3 are one decoder with flags). */
export interface ModelConfig {
  readonly modelType: 'llama' | 'qwen2' | 'qwen3'
  readonly vocabSize: number
  readonly hiddenSize: number
  readonly intermediateSize: number
  readonly layers: number
  readonly heads: number
  readonly kvHeads: number
  readonly headDim: number
  readonly rmsNormEps: number
  /** Standard deviation of fresh weights. */
  readonly initializerRange: number
  /** Strength of a fresh model's positionalBias; 0: none. */
  readonly initializerPositionalBias: number
  readonly rope: RopeConfig
  /** The longest sequence the model was made for, in tokens. */
  readonly maxPositions: number
  /** Biases on q_proj, k_proj and v_proj. */
  readonly qkvBias: boolean
  /** A bias on o_proj. */
  readonly outputBias: boolean
  /** Biases on gate_proj, up_proj and down_proj. */
  readonly mlpBias: boolean
  /** RMSNorm over each head's q and k before the rotation (Qwen3). */
  readonly qkNorm: boolean
  /** The head is the embedding table; there is no lm_head.weight. */
  readonly tiedEmbeddings: boolean
  readonly bosTokenId: number | null
  /** Empty where config.json names none. */
  readonly eosTokenIds: readonly number[]
  readonly padTokenId: number | null
  /** config.json as read: saveModel writes it back, so that keys we do not use survive. */
  readonly raw: Readonly<Record<string, unknown>>
}
