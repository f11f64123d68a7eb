import type { RunDirectory } from '../checkpoint/RunDirectory.js'
import { comparePaired, type PairedComparison } from '../eval/comparePaired.js'
import type { FinishedEvaluation } from './runEvaluations.js'
import type { RunOutcome } from './RunReporter.js'

/** What the evaluations so far come to: each one, and the paired difference to the one before on the same data. */
export function outcomeOf(run: RunDirectory, finished: readonly FinishedEvaluation[]): RunOutcome {
  const comparisons = finished.flatMap((later, i): PairedComparison[] => {
    const { data, stage } = later.result
    const earlier = finished.slice(0, i).findLast(({ result }) => result.data === data)
    if (!earlier) return []
    return [comparePaired({ data, from: earlier.result.stage, to: stage }, earlier.answered, later.answered)]
  })
  return { directory: run.path, evaluations: finished.map(({ result }) => result), comparisons }
}
