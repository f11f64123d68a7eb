import { canonicalStepLog } from '../metrics/canonicalStepLog.js'
import type { StepLogLine } from '../metrics/StepLogLine.js'

/** Measures what a step tells of the run's efficiency: utilisation of the machine, and the share of time that counted. */
export class StepMeters {
  #stepSeconds: number
  #flopsBefore: number

  /**
   * @param options.before   the log's lines up to where the run goes on
   * @param options.startedAt the run's first start, milliseconds since 1970
   * @param options.flops    float operations asked of the engine so far
   * @param options.peakFlops of this machine, a second; null where the engine computes elsewhere
   */
  constructor(
    private readonly options: {
      readonly before: readonly StepLogLine[]
      readonly startedAt: number
      readonly flops: () => number
      readonly peakFlops: number | null
    },
  ) {
    this.#stepSeconds = canonicalStepLog(options.before).reduce(
      (sum, line) => sum + (line.metrics['step_time'] ?? 0),
      0,
    )
    this.#flopsBefore = options.flops()
  }

  /** A step begins: what was asked of the engine in between (an evaluation) is not its work. */
  begin(): void {
    this.#flopsBefore = this.options.flops()
  }

  /** A step that took so many seconds has ended; its metrics. */
  end(seconds: number): Record<string, number> {
    const { peakFlops, startedAt, flops } = this.options
    this.#stepSeconds += seconds
    const done = flops() - this.#flopsBefore
    return {
      ...(peakFlops === null || done === 0 ? {} : { 'throughput/mfu': done / seconds / peakFlops }),
      effective_training_ratio: this.#stepSeconds / Math.max(0.001, (Date.now() - startedAt) / 1000),
    }
  }
}
