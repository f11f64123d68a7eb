import { FintuneError } from '../lib/FintuneError.js'
import type { PreflightReport } from './PreflightReport.js'

/** The rewards do not say what they ought to: training on them would teach something else. */
export class PreflightError extends FintuneError {
  constructor(
    message: string,
    readonly report: PreflightReport,
  ) {
    super(message, { exitCode: 3 })
  }
}
