import type { ServerResponse } from 'node:http'

/** Server-sent events of one response. */
export interface EventStream {
  send(event: unknown): void
  /** Ends the stream as OpenAI does, with `[DONE]`. */
  end(): void
}

/** Headers go out with the first event, so that a request that fails before it still gets its status. */
export function createEventStream(response: ServerResponse): EventStream {
  const start = () => {
    if (response.headersSent) return
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
      'x-accel-buffering': 'no',
    })
  }
  return {
    send: (event) => {
      start()
      response.write(`data: ${JSON.stringify(event)}\n\n`)
    },
    end: () => {
      start()
      response.end('data: [DONE]\n\n')
    },
  }
}
