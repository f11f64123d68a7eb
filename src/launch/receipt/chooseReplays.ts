import type { RetainedCheckpoint } from '../../checkpoint/retainedCheckpoints.js'
import { keyedRandom } from '../../lib/keyedRandom.js'
import type { StepLogLine } from '../../metrics/StepLogLine.js'

/** A logged step, and where to begin to take it again. */
export interface Replay {
  readonly line: StepLogLine
  /** The checkpoint before it; null: the run's beginning. */
  readonly from: RetainedCheckpoint | null
}

/**
 * Steps to take again: `count` of those whose preceding checkpoint is still there (or that come first of all), drawn by
 * the log itself, so that nobody chooses them; in the order of the log.
 *
 * @param lines        the canonical step log
 * @param checkpoints  in order, manifests read
 */
export function chooseReplays(
  lines: readonly StepLogLine[],
  checkpoints: readonly RetainedCheckpoint[],
  count: number,
): Replay[] {
  const candidates = lines.flatMap((line, i): Replay[] => {
    if (i === 0) return [{ line, from: null }]
    // Before a stage's first step stands the last one of the stage before.
    const { stage, step } = lines[i - 1]
    const from = checkpoints.find((entry) => entry.manifest !== null && entry.stage === stage && entry.step === step)
    return from ? [{ line, from }] : []
  })
  const key = lines.map(({ metrics }) => metrics['loss'] ?? 0)
  const chosen = keyedRandom('receipt', ...key)
    .shuffled(candidates)
    .slice(0, count)
  return candidates.filter((candidate) => chosen.includes(candidate))
}
