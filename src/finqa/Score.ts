/** How predictions did against gold. Accuracies are shares of the predictions; `ci95` holds Wilson's interval of each. */
export interface Score {
  readonly n: number
  readonly execution_accuracy: number
  readonly program_accuracy: number
  /** The tolerant scorer's share: the answer's text, or else the program's value, says the gold value. */
  readonly answer_accuracy: number
  readonly ci95: Readonly<Record<'execution_accuracy' | 'program_accuracy' | 'answer_accuracy', [number, number]>>
  /** What the numbers do not show: ids predicted twice or not at all, and the like. */
  readonly remarks: readonly string[]
}
