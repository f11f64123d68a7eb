/** What one request, and all of them together, may ask for. */
export interface ServeLimits {
  /** Bytes of a request's body. */
  readonly maxBodyBytes: number
  /** Tokens of a completion, whatever the request says. */
  readonly maxTokens: number
  /** Completions of one request (n times the prompts). */
  readonly maxCompletions: number
  /** Completions in the making, of all requests; past it comes a 429. */
  readonly maxSequences: number
}
