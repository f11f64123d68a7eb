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

/** Sequences whose prompts go through the model together. */
export interface PlannedWave {
  /** Indices of the sequences. */
  readonly sequences: readonly number[]
  /** Tokens that have keys and values when all of them are at their longest. */
  readonly cacheTokens: number
}

/**
 * Cuts sequences, in order, into waves within the limits; a prompt counts once a wave. One sequence that alone is past a
 * limit has a wave of its own. Where not all fit at once, waves take half of the cache at most, so that some can begin
 * while others end.
 */
export function planWaves(
  sequences: readonly PlannedSequence[],
  promptLengths: readonly number[],
  limits: WaveLimits,
): PlannedWave[] {
  const whole = cut(sequences, promptLengths, limits)
  return whole.length === 1 ? whole : cut(sequences, promptLengths, { ...limits, cacheTokens: limits.cacheTokens / 2 })
}

function cut(
  sequences: readonly PlannedSequence[],
  promptLengths: readonly number[],
  limits: WaveLimits,
): PlannedWave[] {
  const waves: { sequences: number[]; cacheTokens: number }[] = []
  let prompts = new Set<number>()
  let prefill = 0
  let cache = 0
  sequences.forEach(({ prompt, maxNew }, index) => {
    const added = prompts.has(prompt) ? 0 : promptLengths[prompt]
    const isFull = cache + added + maxNew > limits.cacheTokens || prefill + added > limits.prefillTokens
    if (waves.length === 0 || isFull) {
      waves.push({ sequences: [], cacheTokens: 0 })
      prompts = new Set()
      prefill = cache = 0
    }
    const fresh = prompts.has(prompt) ? 0 : promptLengths[prompt]
    prompts.add(prompt)
    prefill += fresh
    cache += fresh + maxNew
    const wave = waves[waves.length - 1]
    wave.sequences.push(index)
    wave.cacheTokens = cache
  })
  return waves
}
