/** How a server makes one gradient of many tokens: the mean over sequences of each sequence's mean, or the plain sum. */
export type Reduction = 'sequenceMean' | 'tokenSum'

export interface TinkerEngineOptions {
  /** The server's root, e.g. http://localhost:8000. */
  readonly url: string
  /** What the server calls the base model. */
  readonly baseModel: string
  readonly apiKey: string | null
  readonly adapter: { readonly rank: number; readonly alpha: number; readonly targets: readonly string[] }
  /** Of the adapter's first weights, and of sampling where a call names no other. */
  readonly seed: number
  readonly vocabSize: number
  /** Longest sequence in tokens, prompt and completion. */
  readonly maxLength: number
  /** Of the base model and of the adapter, where its shape is known; 0 where not. */
  readonly parameters: number
  readonly trainableParameters: number
  /** auto: measured on a scratch adapter before the first step. */
  readonly reduction: Reduction | 'auto'
  readonly maxInFlight: number
  readonly patienceMs: number
  /** Text of tokens, to end completions at stop strings where the server did not. */
  readonly say: (message: string) => void
}
