/** Running text to learn from, token by token (pretraining). */
export interface TextExample {
  readonly kind: 'text'
  readonly id: string
  readonly text: string
  /**
   * What of the text is learned, as runs of characters [start, end); the rest is only read, like the figures of an invented
   * page, which nobody could foresee. Absent: all of it, and the end of the text.
   */
  readonly learned?: readonly (readonly [start: number, end: number])[]
}
