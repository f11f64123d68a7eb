/** Which updates a step leaves out instead of taking them. */
export interface StepGuard {
  /** A gradient whose norm is above this; Infinity: none. */
  readonly skipAbove: number
  /** A loss or gradient that is not finite; false: an error. */
  readonly skipNotFinite: boolean
}
