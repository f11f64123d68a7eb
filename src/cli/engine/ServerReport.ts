import type { WireFormat } from '../../engine/tinker/createTinkerClient.js'
import type { ServerTraits } from '../../engine/tinker/probeServer.js'

/** A toy step of one loss on both sides. */
export interface ParityRow {
  readonly loss: string
  readonly server: StepOutcome
  readonly local: StepOutcome
  /** Largest relative difference of loss, gradient norm and movement. */
  readonly difference: number
  readonly agrees: boolean
}

export interface StepOutcome {
  readonly loss: number
  readonly gradNorm: number
  /** How far log p of the toy batch moved by the step, as the root of the mean square. */
  readonly moved: number
}

export interface ServerReport {
  readonly url: string
  readonly baseModel: string
  /** How training and sampling's numbers travel. */
  readonly format: WireFormat
  readonly traits: ServerTraits
  /** Null: the base model's weights are not here. */
  readonly parity: readonly ParityRow[] | null
}
