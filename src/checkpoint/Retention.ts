/** Which checkpoints stay: the last K, the one at each stage's end, every M-th step's, and the best by a metric. */
export interface Retention {
  readonly keepLast: number
  readonly keepEvery?: number
  readonly keepBest?: { readonly metric: string; readonly mode: 'max' | 'min' }
}
