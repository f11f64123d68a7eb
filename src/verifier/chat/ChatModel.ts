import type { ChatMessage } from '../../lib/ChatMessage.js'

/** A token of a reply with its log p, and the likeliest tokens in its place where they are known. */
export interface ReplyToken {
  readonly text: string
  readonly logprob: number
  readonly top?: readonly { readonly text: string; readonly logprob: number }[]
}

/** What a chat model answered. */
export interface ChatReply {
  readonly text: string
  /** Absent where the model tells none. */
  readonly tokens?: readonly ReplyToken[]
  readonly usage?: { readonly promptTokens: number; readonly completionTokens: number }
}

/** A reply, or why there is none. */
export type ChatOutcome =
  { readonly reply: ChatReply; readonly latencyMs: number } | { readonly failure: string; readonly reply?: undefined }

/** One question to a chat model; `vote` tells apart several askings of the same. */
export interface ChatQuestion {
  readonly messages: readonly ChatMessage[]
  readonly vote: number
}

export interface AskOptions {
  readonly signal?: AbortSignal
  /** Told of each outcome as it comes, by the question's place. */
  readonly onOutcome?: (index: number, outcome: ChatOutcome) => void
}

/** Whatever answers conversations: an endpoint, or a model of our own engine. */
export interface ChatModel {
  /** Names the model and whatever else shapes its replies. */
  readonly version: string
  /** One outcome a question; a failure is an outcome. @throws the signal's reason when aborted */
  ask(questions: readonly ChatQuestion[], options?: AskOptions): Promise<ChatOutcome[]>
  close(): Promise<void>
}
