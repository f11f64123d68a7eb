import type { ChatMessage } from '../lib/ChatMessage.js'
import type { EncodedChat } from './EncodedChat.js'
import type { TextSpan } from './TextSpan.js'

/** Text to token ids and back, and conversations to both, as a Hugging Face model directory lays down. */
export interface Tokenizer {
  /** Where it was loaded from. */
  readonly directory: string
  /** Highest token id + 1, added tokens included; a model's embedding has at least as many rows. */
  readonly vocabSize: number
  readonly bosTokenId: number | null
  readonly padTokenId: number | null
  /** Whatever ends a completion: EOS of every config file and the chat template's end of turn; the first is the tokenizer's own EOS. */
  readonly eosTokenIds: readonly number[]
  /** What a completed answer ends with: the chat template's end-of-turn token, else the first EOS, else null. */
  readonly endOfTurnTokenId: number | null
  /** False where the model has no chat template and the fallback is used. */
  readonly hasChatTemplate: boolean
  /** Ids of a text; no special token is added, but those spelled out in the text become one id. */
  encode(text: string): number[]
  /** Ids of a text, and for each 1 where it holds a character of a span [start, end), else 0; spans in order. */
  encodeSpans(text: string, spans: readonly TextSpan[]): { ids: number[]; mask: number[] }
  /** Text of ids. Special tokens (EOS, role marks) are left out unless `skipSpecialTokens` is false; ids without a token give nothing. */
  decode(ids: readonly number[], options?: { skipSpecialTokens?: boolean }): string
  /** The token's id, or undefined where the vocabulary lacks it. */
  tokenId(token: string): number | undefined
  /** The conversation as the chat template writes it. */
  renderChat(messages: readonly ChatMessage[], options: { addGenerationPrompt: boolean }): string
  encodeChat(messages: readonly ChatMessage[], options: { addGenerationPrompt: boolean }): EncodedChat
}
