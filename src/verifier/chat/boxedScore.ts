import type { ReplyToken } from './ChatModel.js'

/**
 * P(1) of the digit in a reply's last `\boxed{}`, from its tokens' log p: against the other digit where the likeliest
 * tokens are told, else from the token's own probability. Null where the tokens do not show the digit.
 */
export function boxedScore(tokens: readonly ReplyToken[]): number | null {
  const text = tokens.map((token) => token.text).join('')
  const box = text.lastIndexOf('\\boxed{')
  const at = box < 0 ? -1 : box + text.slice(box).search(/[01]/)
  if (at < box || at < 0) return null
  let start = 0
  const holder = tokens.find((token) => (start += token.text.length) > at)
  if (holder === undefined) return null
  const place = at - (start - holder.text.length)
  const digit = holder.text[place]
  const own = Math.exp(holder.logprob)
  const otherText = holder.text.slice(0, place) + (digit === '1' ? '0' : '1') + holder.text.slice(place + 1)
  const other = holder.top?.find(({ text: written }) => written === otherText)
  const share = holder.top === undefined ? own : own / (own + (other === undefined ? 0 : Math.exp(other.logprob)))
  return digit === '1' ? share : 1 - share
}
