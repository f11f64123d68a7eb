import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'

/** One request as the loopback judge saw it. */
export interface JudgeRequest {
  readonly index: number
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: {
    readonly model: string
    readonly temperature: number
    readonly messages: readonly { readonly role: string; readonly content: string }[]
  }
}

/** An answer: a status and body, a reply to be wrapped as a chat completion, or whatever is done with the response by hand. */
export type JudgeAnswer =
  | { readonly reply: string; readonly finishReason?: string; readonly delayMs?: number }
  | { readonly status: number; readonly body?: string; readonly headers?: Record<string, string> }
  | { readonly raw: (response: ServerResponse) => void }

/** Runs a chat endpoint on loopback for the length of `use`. */
export async function withJudgeServer(
  answer: (request: JudgeRequest) => JudgeAnswer,
  use: (url: string, requests: readonly JudgeRequest[]) => Promise<void>,
  /** Makes it speak https. */
  tls?: { readonly key: string; readonly cert: string },
): Promise<void> {
  const requests: JudgeRequest[] = []
  const respond = async (incoming: IncomingMessage, response: ServerResponse) => {
    let text = ''
    for await (const chunk of incoming) text += chunk
    const request = {
      index: requests.length,
      path: incoming.url ?? '',
      headers: incoming.headers,
      body: JSON.parse(text),
    }
    requests.push(request)
    const given = answer(request)
    if ('raw' in given) return given.raw(response)
    if ('status' in given) return void response.writeHead(given.status, given.headers).end(given.body ?? '')
    const { reply, finishReason = 'stop', delayMs = 0 } = given
    const body = JSON.stringify({
      choices: [{ message: { role: 'assistant', content: reply }, finish_reason: finishReason }],
    })
    setTimeout(() => response.writeHead(200, { 'content-type': 'application/json' }).end(body), delayMs)
  }
  const server = tls ? createSecureServer(tls, respond) : createServer(respond)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    await use(`${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, requests)
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}
