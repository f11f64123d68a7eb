/** Heads of grouped-query attention: each of the kvHeads key/value heads serves heads / kvHeads query heads. */
export interface AttentionShape {
  readonly heads: number
  readonly kvHeads: number
  readonly headDim: number
}
