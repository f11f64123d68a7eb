import type { DrawnToken } from '../engine/local/ContinuousSampler.js'
import type { Tokenizer } from '../tokenizer/Tokenizer.js'

/** Tokens' log p as chat completions tell them. */
export function chatLogprobs(tokens: readonly DrawnToken[], tokenizer: Tokenizer) {
  const told = ({ token: id, logprob }: { token: number; logprob: number }) => {
    const token = tokenizer.decode([id], { skipSpecialTokens: false })
    return { token, logprob, bytes: [...Buffer.from(token)] }
  }
  return { content: tokens.map((drawn) => ({ ...told(drawn), top_logprobs: drawn.top.map(told) })), refusal: null }
}
