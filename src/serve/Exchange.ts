import type { ServerResponse } from 'node:http'
import type { ServedModel } from './ServedModel.js'
import type { ServeLimits } from './ServeLimits.js'

/** A request to sample, as its handler gets it. */
export interface Exchange {
  readonly model: ServedModel
  readonly limits: ServeLimits
  readonly body: string
  readonly response: ServerResponse
  /** Names the answer. */
  readonly id: string
  /** Aborted when the client leaves or the server ends. */
  readonly signal: AbortSignal
  /** Takes places for this many completions until the exchange ends. @throws ApiError 400 or 429 */
  readonly reserve: (completions: number) => void
}
