/** One thing that a receipt was checked for. */
export interface ReceiptCheck {
  /** E.g. `data/train.json`, `step 12 of sft`. */
  readonly what: string
  readonly outcome: 'same' | 'differs' | 'skipped'
  /** Why it differs or was skipped. */
  readonly reason?: string
}
