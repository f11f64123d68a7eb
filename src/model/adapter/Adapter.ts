import type * as tf from '@tensorflow/tfjs-core'

/** The linear layers that an adapter may sit on, by the last part of their Hugging Face name. */
export const ADAPTER_TARGETS = ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'] as const

export type AdapterTarget = (typeof ADAPTER_TARGETS)[number]

/** The two factors on one linear layer: its output gains scale · (x·aᵀ)·bᵀ. */
export interface LoraPair {
  /** [rank, in] */
  readonly a: tf.Variable<tf.Rank.R2>
  /** [out, rank] */
  readonly b: tf.Variable<tf.Rank.R2>
}

/** A low-rank adapter (Hu et al. 2021), one pair for every target of every layer. */
export interface Adapter {
  readonly rank: number
  readonly alpha: number
  /** Rank-stabilised: scale is alpha / √rank instead of alpha / rank. */
  readonly useRslora: boolean
  readonly scale: number
  readonly targets: readonly AdapterTarget[]
  /** By module, e.g. model.layers.0.self_attn.q_proj. */
  readonly weights: ReadonlyMap<string, LoraPair>
  /** What base_model_name_or_path says, or null. */
  readonly baseModel: string | null
  dispose(): void
}
