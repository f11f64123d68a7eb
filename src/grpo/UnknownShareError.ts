import { FintuneError } from '../lib/FintuneError.js'

/** The verifier failed too often for rewards to be trusted. */
export class UnknownShareError extends FintuneError {
  constructor(
    readonly stage: string,
    readonly unknown: number,
    readonly total: number,
    readonly allowed: number,
    readonly lastReason: string,
  ) {
    super(
      `stage ${stage}: ${unknown} of ${total} answers got no verdict (${((100 * unknown) / total).toFixed(1)} %, allowed ` +
        `${(100 * allowed).toFixed(1)} %). The last one: ${lastReason}\n` +
        'Mend the verifier (fintune verifier explain), or raise verifier.maxUnknownShare, then run again with --resume=auto.',
    )
  }
}
