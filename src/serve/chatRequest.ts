import { z } from 'zod'
import { samplingRequest } from './samplingRequest.js'

const text = z.union([
  z.string(),
  z
    .array(z.object({ type: z.literal('text', 'only text parts can be read'), text: z.string() }))
    .transform((parts) => parts.map((part) => part.text).join('')),
])

const message = z.object({
  role: z
    .enum(['system', 'developer', 'user', 'assistant', 'tool'])
    .transform((role) => (role === 'developer' ? 'system' : role)),
  content: text,
})

/** The body of POST /v1/chat/completions. */
export const chatRequest = z.object({
  ...samplingRequest,
  messages: z.array(message).min(1),
  max_tokens: z.int().min(1).nullish(),
  max_completion_tokens: z.int().min(1).nullish(),
  logprobs: z.boolean().nullish(),
  top_logprobs: z.int().min(0).max(20).nullish(),
  tools: z.array(z.never('tools are not offered')).nullish(),
  response_format: z.object({ type: z.literal('text', 'only "text" is offered') }).nullish(),
})

export type ChatRequest = z.output<typeof chatRequest>
