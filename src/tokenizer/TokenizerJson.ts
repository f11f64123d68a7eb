/** A tokenizer.json of the kind trainBpe makes. */
export interface TokenizerJson {
  readonly version: '1.0'
  readonly truncation: null
  readonly padding: null
  readonly added_tokens: readonly {
    readonly id: number
    readonly content: string
    readonly single_word: false
    readonly lstrip: false
    readonly rstrip: false
    readonly normalized: false
    readonly special: boolean
  }[]
  readonly normalizer: null
  readonly pre_tokenizer: object
  readonly post_processor: null
  readonly decoder: object
  readonly model: {
    readonly type: 'BPE'
    readonly vocab: Readonly<Record<string, number>>
    readonly merges: readonly (readonly [string, string])[]
    readonly [option: string]: unknown
  }
}
