/** A gold and a given answer, and whether they say the same: what the embedded verifier learns from. */
export interface PairExample {
  readonly kind: 'pair'
  readonly id: string
  readonly gold: string
  readonly answer: string
  readonly equivalent: boolean
  readonly category: string
  /** For judges that are set to see it. */
  readonly question?: string
}
