/** What a plan assumes of hardware and habits. Every one is printed with the plan; all can be argued with. */
export interface ClusterAssumptions {
  /** Dense bfloat16, FLOP/s a GPU. */
  readonly flops: number
  /** Memory bandwidth, bytes/s a GPU, and memory, bytes. */
  readonly bandwidth: number
  readonly memoryBytes: number
  /** Share of `flops` that training and prefill reach. */
  readonly trainingUse: number
  /** Share of `bandwidth` that decoding reaches. */
  readonly decodingUse: number
  /** Of one decoding step beside its arithmetic, seconds. */
  readonly decodeOverheadS: number
  /** Between trainers and samplers, bytes/s, and what a sync costs besides, seconds. */
  readonly networkBytesPerS: number
  readonly syncOverheadS: number
  /** Of one call to the judge, and how many run at once. */
  readonly judgeLatencyS: number
  readonly judgeConcurrency: number
  /** Mean completion as a share of the longest allowed, and the spread of its logarithm. */
  readonly meanCompletionShare: number
  readonly completionSigma: number
  /** Mean prompt, and mean example of SFT, as a share of the longest allowed. */
  readonly meanPromptShare: number
  readonly meanExampleShare: number
  readonly pricePerGpuHour: number
}

/**
 * H100 SXM by its data sheet: 989 TFLOP/s, 3.35 TB/s, 80 GB; 400 Gbit/s between nodes. Training reaches 0.40 of the
 * arithmetic (the Llama 3 report has 0.38 to 0.43). The others are round numbers.
 */
export const h100: ClusterAssumptions = {
  flops: 989e12,
  bandwidth: 3.35e12,
  memoryBytes: 80e9,
  trainingUse: 0.4,
  decodingUse: 0.6,
  decodeOverheadS: 0.003,
  networkBytesPerS: 50e9,
  syncOverheadS: 3,
  judgeLatencyS: 1.5,
  judgeConcurrency: 256,
  meanCompletionShare: 0.3,
  completionSigma: 0.6,
  meanPromptShare: 0.7,
  meanExampleShare: 0.2,
  pricePerGpuHour: 2.5,
}
