import type { DrawnToken } from '../engine/local/ContinuousSampler.js'
import type { Tokenizer } from '../tokenizer/Tokenizer.js'

/**
 * Tokens' log p as plain completions tell them.
 *
 * @param offset characters of the choice's text before these tokens
 */
export function completionLogprobs(tokens: readonly DrawnToken[], tokenizer: Tokenizer, offset: number) {
  const text = (id: number) => tokenizer.decode([id], { skipSpecialTokens: false })
  const texts = tokens.map(({ token }) => text(token))
  let at = offset
  return {
    tokens: texts,
    token_logprobs: tokens.map(({ logprob }) => logprob),
    top_logprobs: tokens.map(({ top }) => Object.fromEntries(top.map(({ token, logprob }) => [text(token), logprob]))),
    text_offset: texts.map(({ length }) => {
      const start = at
      at += length
      return start
    }),
  }
}
