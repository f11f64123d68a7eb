/** An OpenAI-compatible chat endpoint and how it is asked. */
export interface OpenAiChatOptions {
  /** Base URL, e.g. http://localhost:8000/v1. */
  readonly url: string
  /** The model's name at the endpoint. */
  readonly model: string
  /** Environment variable that holds the key. */
  readonly apiKeyEnv?: string
  /** Milliseconds one call may take, its body included. Default 30,000. */
  readonly timeoutMs?: number
  /** Milliseconds a question may take with all its tries and pauses. Default 120,000. */
  readonly totalTimeoutMs?: number
  /** Further tries after a call that failed for a passing reason. Default 3. */
  readonly maxRetries?: number
  /** First pause before a retry, doubled each time. Default 500. */
  readonly backoffMs?: number
  /** Calls in flight at once. Default 8. */
  readonly concurrency?: number
  /** Calls a minute at most, all together; null (default): no limit of our own. */
  readonly requestsPerMinute?: number | null
  /** Failures in a row after which calls wait for one probe to succeed, and how long before the first. Default 10, 2,000 ms. */
  readonly breaker?: { readonly failures: number; readonly cooldownMs: number }
  /** Tokens the model may write. Default 1,024. */
  readonly maxTokens?: number
  /** Default 0. */
  readonly temperature?: number
  /** Asks for log p (dropped where the endpoint refuses). Default true. */
  readonly logprobs?: boolean
  /** Bytes read of one response. Default 4 MiB. */
  readonly maxResponseBytes?: number
}
