/** What a rule says where it is certain. */
export interface RuleDecision {
  readonly verdict: 'equivalent' | 'different'
  /** In words, for people. */
  readonly reason: string
}
