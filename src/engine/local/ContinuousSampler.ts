import type { SampleParams } from '../Engine.js'

/** A token as it was drawn. */
export interface DrawnToken {
  readonly token: number
  /** As in Completion.logprobs. */
  readonly logprob: number
  /** The likeliest tokens, most probable first, as many as were asked for. */
  readonly top: readonly { readonly token: number; readonly logprob: number }[]
}

/** One caller's wish: completions of one prompt, told token by token. */
export interface SampleRequest {
  readonly tokens: readonly number[]
  /** Completion i draws from keyedRandom(seed, ...key, i): the same as Engine.sample, whoever else is served. */
  readonly key: readonly (string | number)[]
  readonly params: Omit<SampleParams, 'onProgress'>
  /** How many of the likeliest tokens are wanted with each token. */
  readonly topLogprobs: number
  /** A completion's next token. True: the caller has seen enough of this completion (its own stop condition). */
  readonly onToken: (completion: number, drawn: DrawnToken) => boolean | void
}

/**
 * Samples for many callers at once: one token of every unfinished completion at a time, whoever asked for it; new
 * prompts join between two tokens, finished completions leave.
 */
export interface ContinuousSampler {
  /**
   * Samples a request's completions to their ends.
   *
   * @returns why each completion ended
   * @throws InputError for a prompt that is empty, too long or not of this vocabulary; the signal's reason when aborted
   */
  sample(request: SampleRequest): Promise<('stop' | 'length')[]>
  /** Completions being sampled, and requests that wait for a place. */
  load(): { readonly active: number; readonly waiting: number }
}
