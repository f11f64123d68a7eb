/** Pre-tokenised text; labels are aligned with inputIds (we shift), −100 takes no part in the loss. */
export interface TokensExample {
  readonly kind: 'tokens'
  readonly id: string
  readonly inputIds: readonly number[]
  readonly labels: readonly number[]
}
