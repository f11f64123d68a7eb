import { FintuneError } from '../../lib/FintuneError.js'
import type { Finding } from './Finding.js'

/** The watchdog stopped a run at a checkpoint, as its recipe asks for. */
export class WatchdogError extends FintuneError {
  constructor(
    readonly stage: string,
    readonly step: number,
    readonly finding: Finding,
  ) {
    super(
      `stage ${stage}, step ${step}: ${finding.message}. Stopped at a checkpoint, as watchdog in the recipe says. Look at ` +
        'completions/ and the step log; to go on all the same, set its reaction to warn and run with --resume=auto.',
    )
  }
}
