/** A predicted program, as the official scorers take it. */
export interface Prediction {
  readonly id: string
  /** Tokens; the last one is EOF, and is dropped whatever it is. */
  readonly predicted: readonly string[]
  /** A free-form answer, where there is one: it is scored by the tolerant scorer. */
  readonly answer?: string
}
