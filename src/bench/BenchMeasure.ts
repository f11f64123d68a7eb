/** What one process measured of one work. */
export interface BenchMeasure {
  /** Wall seconds of each repetition after the first, which warms up. For `gemm` of each shape: its best. */
  readonly seconds: readonly number[]
  /** Tokens that one repetition trains, or samples; for `gemm` float operations of each shape. */
  readonly amounts: readonly number[]
  /** Mean seconds of the parts of a repetition, e.g. sample, train. */
  readonly parts?: Readonly<Record<string, number>>
  /** Peak resident memory of the process. */
  readonly peakBytes: number
  /** What computed, e.g. avx2, 2 threads; torch 2.13. */
  readonly with: string
}
