/** A loss, its gradient with respect to every log p, and its statistics. */
export interface LossResult {
  readonly loss: number
  /** ∂loss/∂log p, 0 where the mask is 0. [rows][tokens] */
  readonly gradient: Float64Array[]
  readonly sums: Record<string, number>
  readonly minima: Record<string, number>
  readonly maxima: Record<string, number>
}
