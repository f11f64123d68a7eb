/** Running text to learn from, token by token (pretraining). */
export interface TextExample {
  readonly kind: 'text'
  readonly id: string
  /** Comes before the text, read and not learned: an invented page, whose figures nobody could foresee. */
  readonly context?: string
  readonly text: string
}
