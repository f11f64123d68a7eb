/** What the local engine trains: a model's every weight, or a LoRA adapter on it. */
export type AdapterOptions =
  | { readonly type: 'full' }
  | {
      readonly type: 'lora'
      readonly rank: number
      readonly alpha: number
      /** E.g. q_proj, v_proj, down_proj. */
      readonly targets: readonly string[]
      /** A PEFT adapter directory to go on from; its own rank, alpha and targets hold then. */
      readonly initFrom?: string
    }

export interface LocalEngineOptions {
  /** A Hugging Face directory; or `init` for fresh weights. */
  readonly modelPath?: string
  /** Fresh weights for a config.json's content; tokenizerDir: where saveWeights takes the tokenizer's files from. */
  readonly init?: { readonly config: Readonly<Record<string, unknown>>; readonly tokenizerDir?: string }
  readonly adapter: AdapterOptions
  /** Longest sequence in tokens; default and limit: what the model was made for. */
  readonly maxLength?: number
  readonly backend: 'auto' | 'native' | 'tensorflow' | 'wasm' | 'cpu'
  readonly threads: number | 'auto'
  /** Operands of the products with weights; sums and weights stay float32. Default float32; auto: see useDtype. */
  readonly dtype?: 'auto' | 'float32' | 'bfloat16'
  /**
   * Whether training keeps each layer's input alone and runs the layer again in the backward pass. Default auto: where
   * the activations of a micro-batch would not fit into the memory that is left.
   */
  readonly recompute?: 'auto' | 'always' | 'never'
  /** What keys and values may take while sampling, in MiB; default 256. One prompt with its completions always may. */
  readonly kvCacheMiB?: number
  /** Text of tokens, for stop strings. */
  readonly decode?: (tokens: readonly number[]) => string
  /** Of fresh weights and fresh adapters. */
  readonly seed: number
  /** What a saved adapter says its base model is; default: modelPath. */
  readonly baseModelName?: string
}
