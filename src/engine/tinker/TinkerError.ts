import { FintuneError } from '../../lib/FintuneError.js'

/**
 * unreachable: nobody answered for as long as patience lasts · refused: the server said no (4xx) · failed: the server
 * tried and could not, or its answer makes no sense.
 */
export type TinkerFailure = 'unreachable' | 'refused' | 'failed'

/** A Tinker server's call that trying again does not mend. */
export class TinkerError extends FintuneError {
  constructor(
    readonly endpoint: string,
    readonly failure: TinkerFailure,
    readonly status: number | null,
    message: string,
    options: { cause?: unknown } = {},
  ) {
    super(message, options)
  }
}
