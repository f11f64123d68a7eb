/** What both native forms of tokenLogprobs are told beside their inputs. */
export interface TokenLogprobsAttributes {
  readonly labels: Int32Array
  readonly temperature: number
  /** See TokenLogprobsOptions. */
  readonly frozenHead: boolean
  /** [n], filled by the kernel. */
  readonly entropy: Float32Array
  readonly argmax: Int32Array
}
