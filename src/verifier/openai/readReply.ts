import { z } from 'zod'
import type { ChatReply } from '../chat/ChatModel.js'
import type { Posted } from './postJson.js'

/** What came of one try: a reply, or why not, and whether another try may help. */
export type Attempt = { readonly reply: ChatReply } | { readonly failure: string; readonly passing: boolean }

const token = z.object({ token: z.string(), logprob: z.number() })
// What is judged by is required; what only informs is taken where it is well-formed.
const completion = z.object({
  choices: z.tuple(
    [
      z.object({
        message: z.object({ content: z.string() }),
        finish_reason: z.string().nullish().catch(null),
        logprobs: z
          .object({ content: z.array(token.extend({ top_logprobs: z.array(token).nullish() })).nullish() })
          .nullish()
          .catch(null),
      }),
    ],
    z.unknown(),
  ),
  usage: z.object({ prompt_tokens: z.number(), completion_tokens: z.number() }).nullish().catch(null),
})

/** Reads an endpoint's response. @param key is blotted out of whatever is shown of the body */
export function readReply({ status, body }: Posted, maxResponseBytes: number, key: string | null): Attempt {
  if (body === null) return lasting(`the response is longer than ${maxResponseBytes} bytes`)
  if (status < 200 || status > 299) {
    const excerpt = (key === null ? body : body.replaceAll(key, '…')).slice(0, 200).trim()
    const failure = `HTTP ${status}${excerpt === '' ? '' : `: ${excerpt}`}`
    return { failure, passing: status === 408 || status === 429 || status >= 500 }
  }
  let json: unknown
  try {
    json = JSON.parse(body)
  } catch {
    return { failure: 'the response is not JSON', passing: true }
  }
  const parsed = completion.safeParse(json)
  if (!parsed.success) return lasting('the response holds no choices[0].message.content')
  const {
    choices: [{ message, finish_reason: finishReason, logprobs }],
    usage,
  } = parsed.data
  if (finishReason === 'length') return lasting('the judge was cut off before its verdict')
  if (finishReason === 'content_filter') return lasting('the endpoint filtered the reply')
  const tokens = logprobs?.content?.map(({ token: text, logprob, top_logprobs: top }) => ({
    text,
    logprob,
    ...(top == null ? {} : { top: top.map((other) => ({ text: other.token, logprob: other.logprob })) }),
  }))
  return {
    reply: {
      text: message.content,
      ...(tokens === undefined ? {} : { tokens }),
      ...(usage == null
        ? {}
        : { usage: { promptTokens: usage.prompt_tokens, completionTokens: usage.completion_tokens } }),
    },
  }
}

function lasting(failure: string): Attempt {
  return { failure, passing: false }
}
