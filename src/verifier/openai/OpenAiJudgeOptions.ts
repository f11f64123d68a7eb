/** An OpenAI-compatible chat endpoint as a judge. */
export interface OpenAiJudgeOptions {
  /** Base URL, e.g. http://localhost:8000/v1. */
  readonly url: string
  /** The judge's name at the endpoint. */
  readonly model: string
  /** Environment variable that holds the key. */
  readonly apiKeyEnv?: string
  /** Milliseconds one call may take, its body included. Default 30,000. */
  readonly timeoutMs?: number
  /** Further tries after a call that failed for a passing reason. Default 3. */
  readonly maxRetries?: number
  /** Calls in flight at once. Default 8. */
  readonly concurrency?: number
  /** Tokens the judge may write. Default 1,024. */
  readonly maxTokens?: number
  /** Bytes read of one response. Default 1 MiB. */
  readonly maxResponseBytes?: number
  /** First pause before a retry, doubled each time. Default 500. */
  readonly backoffMs?: number
}
