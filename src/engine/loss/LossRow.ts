/** One completion's per-token arrays, all of the same length; values where the mask is 0 never matter. */
export interface LossRow {
  /** log p of each label under the weights being trained. */
  readonly logprobs: ArrayLike<number>
  /** 1 where the token takes part in the loss, else 0. */
  readonly mask: ArrayLike<number>
  /** log p under the policy that sampled; null: on-policy, the ratio is 1 but has a gradient. */
  readonly old: ArrayLike<number> | null
  /** log p under the reference; null: no KL. */
  readonly ref: ArrayLike<number> | null
  /** log p as the sampler reported it; null: unknown. */
  readonly sampler: ArrayLike<number> | null
  readonly advantage: number
}
