export interface LearningRateSchedule {
  readonly schedule: 'constant' | 'linear' | 'cosine'
  /** The peak, reached at the end of the warm-up. */
  readonly learningRate: number
  readonly warmupSteps: number
  /** Optimizer steps of the whole stage; linear and cosine end there. */
  readonly totalSteps: number
}

/**
 * The learning rate of optimizer step `step`, counted from 0, as Transformers' schedulers give it:
 * step < warmup: peak·step/warmup, so the first warm-up step has 0 (moments move, weights do not);
 * then the peak (constant), peak·(total − step)/(total − warmup) (linear) or
 * peak·½(1 + cos(π·(step − warmup)/(total − warmup))) (cosine), so the last step is not 0.
 */
export function learningRateAt(
  step: number,
  { schedule, learningRate, warmupSteps, totalSteps }: LearningRateSchedule,
): number {
  if (step < warmupSteps) return (learningRate * step) / warmupSteps
  if (schedule === 'constant') return learningRate
  const span = Math.max(1, totalSteps - warmupSteps)
  const done = Math.min(1, (step - warmupSteps) / span)
  return schedule === 'linear' ? learningRate * (1 - done) : learningRate * 0.5 * (1 + Math.cos(Math.PI * done))
}
