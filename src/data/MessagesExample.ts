import type { ChatMessage } from './ChatMessage.js'

/** A chat to learn from: every assistant turn is a target. */
export interface MessagesExample {
  readonly kind: 'messages'
  readonly id: string
  readonly messages: readonly ChatMessage[]
}
