export type { ChatMessage } from '../lib/ChatMessage.js'
