import type { ChatMessage } from '../data/ChatMessage.js'
import type { LabelledSequence } from '../sft/LabelledSequence.js'
import type { Tokenizer } from '../tokenizer/Tokenizer.js'

/**
 * A conversation up to the assistant's turn, and that turn, as tokens. The target is tokenised by itself and ends
 * with the end-of-turn token, as a sampled completion does, so that training and sampling see the same tokens.
 */
export function encodeChatTarget(
  tokenizer: Tokenizer,
  messages: readonly ChatMessage[],
  target: string,
): { prompt: number[]; sequence: LabelledSequence } {
  const prompt = tokenizer.encodeChat(messages, { addGenerationPrompt: true }).ids
  const end = tokenizer.endOfTurnTokenId ?? tokenizer.eosTokenIds[0]
  const completion = [...tokenizer.encode(target), ...(end === undefined ? [] : [end])]
  return {
    prompt: [...prompt],
    sequence: {
      tokens: [...prompt, ...completion],
      labels: [...prompt.map(() => -100), ...completion],
    },
  }
}
