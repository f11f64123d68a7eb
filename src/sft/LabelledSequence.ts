/** A tokenised example to learn from; labels are aligned with tokens (the engine shifts), −100 takes no part in the loss. */
export interface LabelledSequence {
  readonly tokens: readonly number[]
  readonly labels: readonly number[]
}
