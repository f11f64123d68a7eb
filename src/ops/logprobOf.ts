/**
 * log p of a token from its logit and the row's rowLogSumExp: logit / temperature − logSumExp, rounded to float32
 * after each operation as the kernels do, so that a sampler that uses it agrees with tokenLogprobs bit for bit.
 */
export function logprobOf(logit: number, logSumExp: number, temperature: number): number {
  return Math.fround(Math.fround(logit / Math.fround(temperature)) - logSumExp)
}
