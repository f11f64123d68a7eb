/** Counters of a verifier over some span (a training step), under the step log's names. What is not known is absent. */
export interface VerifierStatistics {
  /** Answers handed to the verifier, and to a rubric's judge (one a criterion); those that a module gave null. */
  readonly 'verifier/calls': number
  /** Of these, answered from the cache or asked once for several. */
  readonly 'verifier/cached': number
  /** Of these, without a verdict. */
  readonly 'verifier/unknown': number
  /** Of these, where rules and model disagreed. Only where both were asked. */
  readonly 'verifier/disagreement'?: number
  /** Calls of the judge's model: neither by rule nor from the cache. */
  readonly 'verifier/judge_calls'?: number
  /** Tokens the judge read and wrote, where it tells them. */
  readonly 'verifier/prompt_tokens'?: number
  readonly 'verifier/completion_tokens'?: number
  /** Latency of the judge's calls, milliseconds. */
  readonly 'verifier/latency_ms_p50'?: number
  readonly 'verifier/latency_ms_p95'?: number
}
