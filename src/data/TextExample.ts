/** Running text: every token is a label (pretraining). */
export interface TextExample {
  readonly kind: 'text'
  readonly id: string
  readonly text: string
}
