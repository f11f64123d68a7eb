/** What of a model decides how long it takes. */
export interface ModelShape {
  readonly parameters: number
  /** Keys and values of one token in bfloat16. */
  readonly kvBytesPerToken: number
  /** Bytes of what a weight sync moves, in bfloat16: the adapter, or every weight. */
  readonly syncBytes: number
}
