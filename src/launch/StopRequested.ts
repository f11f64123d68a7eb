import { FintuneError } from '../lib/FintuneError.js'

/** The reason of an aborted run: a signal came. Exit code 75: checkpointed, run me again. */
export class StopRequested extends FintuneError {
  constructor(readonly signalName: string) {
    super(`stopped by ${signalName}`, { exitCode: 75 })
  }
}
