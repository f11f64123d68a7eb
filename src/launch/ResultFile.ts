import type { PairedComparison } from '../eval/comparePaired.js'
import type { EvalResult } from '../eval/EvalResult.js'

/** result.json: one row an evaluation, with the training stage it came after, and the paired differences. */
export interface ResultFile {
  readonly schema: 'fintune.result/1'
  readonly rows: readonly (EvalResult & { readonly after: string | null })[]
  readonly comparisons: readonly PairedComparison[]
}
