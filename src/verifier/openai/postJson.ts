import { request as httpRequest, type Agent, type IncomingHttpHeaders } from 'node:http'
import { request as httpsRequest } from 'node:https'

export interface PostOptions {
  readonly agent: Agent
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Milliseconds for the whole exchange, the response's last byte included. */
  readonly timeoutMs: number
  /** The response is read no further than this. */
  readonly maxResponseBytes: number
  readonly signal?: AbortSignal
}

/** A response read whole; `body` null: longer than the limit. */
export interface Posted {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string | null
}

/**
 * Posts JSON over a kept-alive connection. Redirects are not followed: the key belongs to one address.
 *
 * @throws Error with what went wrong: a timeout, a connection that broke (`code`), a body that ended early; the signal's reason
 */
export function postJson(url: URL, options: PostOptions): Promise<Posted> {
  return attempt(url, options, true)
}

function attempt(url: URL, options: PostOptions, mayRepeat: boolean): Promise<Posted> {
  const { signal } = options
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason as Error)
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest
    const request = send(url, {
      method: 'POST',
      agent: options.agent,
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(options.body),
        ...options.headers,
      },
    })
    const timer = setTimeout(
      () => request.destroy(new Error(`no answer within ${Math.round(options.timeoutMs)} ms`)),
      options.timeoutMs,
    )
    const onAbort = () => request.destroy(signal!.reason as Error)
    signal?.addEventListener('abort', onAbort, { once: true })
    const done = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
    }
    let answered = false
    request.on('error', (error: NodeJS.ErrnoException) => {
      done()
      // A server may close an idle connection just as it is used again; that is nobody's failure.
      const stale = mayRepeat && !answered && request.reusedSocket && error.code === 'ECONNRESET'
      if (stale) resolve(attempt(url, options, false))
      else reject(error)
    })
    request.on('response', (response) => {
      answered = true
      const chunks: Buffer[] = []
      let sizeBytes = 0
      const finish = (body: string | null) => {
        done()
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body })
      }
      response.on('data', (chunk: Buffer) => {
        sizeBytes += chunk.length
        chunks.push(chunk)
        if (sizeBytes <= options.maxResponseBytes) return
        finish(null)
        request.destroy()
      })
      response.on('end', () => finish(Buffer.concat(chunks).toString('utf8')))
      response.on('error', (error) => {
        done()
        reject(error)
      })
    })
    request.end(options.body)
  })
}
