/** How far rotary turns: see rotary. */
export interface RotaryAngles {
  /** [rows], each row's position in its sequence */
  readonly positions: Int32Array
  /** [headDim / 2], radians a position */
  readonly frequencies: Float32Array
  /** Multiplies cos and sin. */
  readonly scaling: number
}
