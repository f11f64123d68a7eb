/** What a forward pass says of a completion; 0 where there is no label. All [tokens]. */
export interface MeasuredCompletion {
  readonly logprobs: Float64Array
  /** Of the whole distribution, nats. */
  readonly entropy: Float64Array
  /** 1 where the label is the most probable token. */
  readonly correct: Uint8Array
  /** 1 where there is a label. */
  readonly mask: Uint8Array
}
