/** A sequence to sample: which prompt it continues, by at most how many tokens. */
export interface PlannedSequence {
  readonly prompt: number
  readonly maxNew: number
}

export interface WaveLimits {
  /** Tokens of prompts and of all their continuations that may have keys and values in memory at once. */
  readonly cacheTokens: number
  /** Prompt tokens that may go through the model at once. */
  readonly prefillTokens: number
}

/**
 * Cuts sequences, in order, into waves that are sampled together within the limits; a prompt counts once a wave. One
 * sequence that alone is past a limit has a wave of its own.
 * @returns indices into `sequences`
 */
export function planWaves(
  sequences: readonly PlannedSequence[],
  promptLengths: readonly number[],
  limits: WaveLimits,
): number[][] {
  const waves: number[][] = []
  let prompts = new Set<number>()
  let prefill = 0
  let cache = 0
  sequences.forEach(({ prompt, maxNew }, index) => {
    const added = prompts.has(prompt) ? 0 : promptLengths[prompt]
    const isFull = cache + added + maxNew > limits.cacheTokens || prefill + added > limits.prefillTokens
    if (waves.length === 0 || isFull) {
      waves.push([])
      prompts = new Set()
      prefill = cache = 0
    }
    const fresh = prompts.has(prompt) ? 0 : promptLengths[prompt]
    prompts.add(prompt)
    prefill += fresh
    cache += fresh + maxNew
    waves[waves.length - 1].push(index)
  })
  return waves
}
