import { pairedDifference } from '../metrics/pairedDifference.js'
import type { AnsweredExample } from './EvalResult.js'

/** How much better the later of two evaluations of the same examples is. */
export interface PairedComparison {
  readonly data: string
  readonly from: string
  readonly to: string
  readonly n: number
  /** Difference of execution accuracy, as a share, and its 95 % interval over the pairs. */
  readonly difference: number
  readonly ci95: readonly [number, number]
}

/** Compares two evaluations example by example; those that only one of them has are left out. */
export function comparePaired(
  names: { data: string; from: string; to: string },
  before: readonly AnsweredExample[],
  after: readonly AnsweredExample[],
): PairedComparison {
  const earlier = new Map(before.map((example) => [example.id, example.executionCorrect]))
  const shared = after.filter((example) => earlier.has(example.id))
  const { difference, ci95 } = pairedDifference(
    shared.map((example) => earlier.get(example.id) as boolean),
    shared.map((example) => example.executionCorrect),
  )
  return { ...names, n: shared.length, difference, ci95 }
}
